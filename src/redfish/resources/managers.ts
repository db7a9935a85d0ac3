import { oneOf, text } from '../fields.ts'
import { firmwareVersion } from '../firmware-version.ts'
import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import { locationOf } from '../location.ts'
import { managerTime, setLocalOffset, setManagerTime } from '../manager-time.ts'
import type { RedfishNode } from '../node.ts'
import { oemOf } from '../oem.ts'
import { action, collection, resource, write } from '../resource.ts'
import { nodeOfManager } from '../service-parts.ts'
import { timeText } from '../time-text.ts'

export const managers = collection({
  path: `${ROOT}/Managers`,
  type: 'ManagerCollection',
  name: 'Managers',
  find: (service) => service,
  members: ({ nodes }) => nodes.map(({ ids }) => ids.manager),
})

/** What stays (Manager.ResetToDefaultsType). */
const keptBy = {
  ResetAll: 'nothing',
  PreserveNetworkAndUsers: 'network and users',
  PreserveNetwork: 'network',
} as const
const defaultsWords = ['ResetAll', 'PreserveNetworkAndUsers', 'PreserveNetwork'] as const

/** For the answer: the doors close with what is forgotten. */
const FAREWELL_MS = 500

export const manager = resource<RedfishNode>({
  path: `${ROOT}/Managers/{manager}`,
  type: 'Manager',
  volatile: ['DateTime'],
  find: (service, { manager }) => nodeOfManager(service, manager),
  get: (node, { service }) => ({
    Name: `BMC of ${node.name}`,
    Description: 'The management controller of the node',
    ManagerType: 'BMC',
    Manufacturer: 'bmcsim',
    Model: 'bmcsim',
    UUID: node.uuid,
    ServiceEntryPointUUID: service.uuid,
    FirmwareVersion: firmwareVersion(node),
    PowerState: 'On',
    ...managerTime(node.bmc.storageClock),
    LastResetTime: timeText(node.bmc.lastResetAt),
    ...locationOf(node.xname?.replace(/n\d+$/, '')),
    Status: { State: 'Enabled', Health: 'OK' },
    SerialConsole: {
      ServiceEnabled: node.bmc.sol.supported,
      MaxConcurrentSessions: 1,
      ConnectTypesSupported: ['IPMI'],
    },
    CommandShell: { ServiceEnabled: false, MaxConcurrentSessions: 0, ConnectTypesSupported: [] },
    GraphicalConsole: { ServiceEnabled: false, MaxConcurrentSessions: 0, ConnectTypesSupported: [] },
    Links: {
      ManagerForServers: [link(systemPath(node))],
      ManagerForChassis: [link(chassisPath(node))],
      ManagerInChassis: link(chassisPath(node)),
    },
    ...oemOf(node, 'manager'),
  }),
  patch: {
    DateTime: write(text, ({ bmc }, time) => setManagerTime(bmc.storageClock, time)),
    DateTimeLocalOffset: write(text, ({ bmc }, offset) => setLocalOffset(bmc.storageClock, offset)),
  },
  actions: {
    Reset: action(
      { ResetType: oneOf(['GracefulRestart', 'ForceRestart']) },
      ({ bmc }, { ResetType = 'GracefulRestart' }) => {
        // Sessions end with it, also the one that asks: its answer comes first.
        bmc.clock.after(0, () => bmc.reset(ResetType === 'ForceRestart' ? 'cold' : 'warm'))
      },
    ),
    ResetToDefaults: action(
      { ResetType: oneOf(defaultsWords) },
      ({ bmc, resetToDefaults }, { ResetType = 'ResetAll' }) => {
        bmc.clock.after(FAREWELL_MS, () => resetToDefaults?.(keptBy[ResetType]))
      },
      ({ resetToDefaults }) => resetToDefaults !== undefined,
    ),
  },
})
