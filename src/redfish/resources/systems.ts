import type { RestorePolicy } from '../../bmc/power/power.ts'
import { bootFields, bootOf, setBoot } from '../boot.ts'
import { bootProgressOf, lastReset } from '../boot-progress.ts'
import { about, fault, RedfishError } from '../faults.ts'
import { members, number, oneOf, text } from '../fields.ts'
import { indicatorOf, indicatorWrites } from '../indicator.ts'
import { chassisPath, link, managerPath, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { oemOf } from '../oem.ts'
import { systemPlate } from '../plates.ts'
import { reset, resetTypes } from '../reset.ts'
import { action, collection, isWithout, resource, write } from '../resource.ts'
import { serialConsole, serialConsoleFields, setSerialConsole } from '../serial-console.ts'
import { nodeOfSystem } from '../service-parts.ts'
import { setWatchdog, watchdogFields, watchdogOf } from '../watchdog.ts'
import { memorySummary } from './memory.ts'
import { processorSummary } from './processors.ts'

const policies = { AlwaysOn: 'always on', AlwaysOff: 'always off', LastState: 'previous' } as const
const policyWords = ['AlwaysOn', 'AlwaysOff', 'LastState'] as const

export const systems = collection({
  path: `${ROOT}/Systems`,
  type: 'ComputerSystemCollection',
  name: 'Systems',
  find: (service) => service,
  members: ({ nodes }) => nodes.map(({ ids }) => ids.system),
})

export const system = resource<RedfishNode>({
  path: `${ROOT}/Systems/{system}`,
  type: 'ComputerSystem',
  find: (service, { system }) => nodeOfSystem(service, system),
  get(node, { service }) {
    const { bmc } = node
    const { power } = bmc
    return {
      Name: node.name,
      HostName: node.name,
      ...systemPlate(node),
      UUID: node.uuid,
      AssetTag: bmc.dcmi.assetTag.text,
      SystemType: bmc.machine.kind === 'qemu' ? 'Virtual' : 'Physical',
      PowerState: power.state === 'on' ? 'On' : 'Off',
      PowerRestorePolicy: policyWords.find((word) => policies[word] === (power.restorePolicy ?? 'always off')),
      ...lastReset(node),
      ...bootProgressOf(node),
      PowerCycleDelaySeconds: power.cycleInterval ?? 0,
      Status: { State: power.state === 'on' ? 'Enabled' : 'Disabled', Health: 'OK', HealthRollup: 'OK' },
      ...indicatorOf(node),
      Boot: bootOf(node),
      ProcessorSummary: processorSummary(node),
      MemorySummary: memorySummary(node),
      HostWatchdogTimer: watchdogOf(node),
      SerialConsole: serialConsole(node),
      GraphicalConsole: { ServiceEnabled: false, MaxConcurrentSessions: 0, ConnectTypesSupported: [] },
      ...(bmc.media.slots.length > 0 &&
        !isWithout(service, 'Systems/VirtualMedia') && { VirtualMediaConfig: { ServiceEnabled: true } }),
      Links: { Chassis: [link(chassisPath(node))], ManagedBy: [link(managerPath(node))] },
      ...oemOf(node, 'system'),
    }
  },
  patch: {
    AssetTag: write(text, ({ bmc }, tag) => bmc.dcmi.assetTag.setText(tag)),
    PowerRestorePolicy: write(oneOf(policyWords), ({ bmc }, word) => {
      const policy: RestorePolicy = policies[word]
      bmc.power.setRestorePolicy(policy)
    }),
    ...indicatorWrites,
    Boot: write(members(bootFields), setBoot),
    HostWatchdogTimer: write(members(watchdogFields), setWatchdog),
    SerialConsole: write(members(serialConsoleFields), setSerialConsole),
    PowerCycleDelaySeconds: write(number, setCycleDelay),
  },
  actions: {
    Reset: action({ ResetType: oneOf(resetTypes) }, (node, { ResetType = 'On' }, { by }) => reset(node, ResetType, by)),
    SetDefaultBootOrder: action(
      {},
      ({ bmc }) => bmc.bootOrder.reset(),
      ({ bmc }) => bmc.bootOrder.devices.length > 0,
    ),
  },
})

/** Set Power Cycle Interval has one byte for it (IPMI 2.0 §28.9). */
const LONGEST_DELAY_S = 255

function setCycleDelay({ bmc }: RedfishNode, seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > LONGEST_DELAY_S) {
    const name = 'PowerCycleDelaySeconds'
    throw new RedfishError(400, [about(`/${name}`, fault('PropertyValueOutOfRange', String(seconds), name))])
  }
  bmc.power.setCycleInterval(seconds)
}
