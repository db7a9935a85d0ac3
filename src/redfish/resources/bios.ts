import { BmcError } from '../../base/errors.ts'
import type { SettingsOutcome } from '../../bmc/power/bios-settings.ts'
import { attributeValues, readAttributes, registryEntries } from '../bios.ts'
import { odataType, versionedName } from '../facts/schema.ts'
import { about, fault, RedfishError } from '../faults.ts'
import { object } from '../fields.ts'
import { link, ROOT, systemPath } from '../links.ts'
import { messageOfFault } from '../messages/message.ts'
import type { RedfishNode } from '../node.ts'
import type { Body } from '../request.ts'
import { action, resource, write } from '../resource.ts'
import { nodeOfSystem, type Service } from '../service-parts.ts'
import { timeText } from '../time-text.ts'
import { segmentOf } from '../uri.ts'

const PATH = `${ROOT}/Systems/{system}/Bios`
const VERSION = '1.0.0'
const ON_RESET = 'OnReset'

/** A machine whose firmware has nothing to set up has no Bios. */
function withBios(service: Service, system: string): RedfishNode | undefined {
  const node = nodeOfSystem(service, system)
  return node?.bmc.biosSettings.facts === undefined ? undefined : node
}

/** Bounds and defaults are the machine's own, and so is its registry. */
export function biosRegistryPrefix({ nodes }: Service, { ids }: RedfishNode): string {
  return nodes.length === 1 ? 'BiosAttributeRegistry' : `BiosAttributeRegistry.${ids.system}`
}

function registryId(service: Service, node: RedfishNode): string {
  return `${biosRegistryPrefix(service, node)}.${VERSION}`
}

/** Of all nodes that have a Bios: names, and where they are. */
export function biosRegistries(service: Service) {
  const nodes = service.nodes.filter(({ bmc }) => bmc.biosSettings.facts !== undefined)
  return nodes.map((node) => {
    const id = registryId(service, node)
    return {
      prefix: biosRegistryPrefix(service, node),
      name: id.slice(0, id.lastIndexOf('.')),
      uri: `${systemPath(node)}/Bios/${segmentOf(id)}`,
      about: `What can be set up in the firmware of ${node.name}`,
    }
  })
}

export const bios = resource<RedfishNode>({
  path: PATH,
  type: 'Bios',
  find: (service, { system }) => withBios(service, system),
  get(node, { service }) {
    const { current, outcome, resetPending } = node.bmc.biosSettings
    return {
      Name: 'BIOS',
      Description: 'What the machine was started with last',
      AttributeRegistry: registryId(service, node),
      Attributes: current && attributeValues(current),
      ResetBiosToDefaultsPending: resetPending,
      '@Redfish.Settings': {
        '@odata.type': odataType('Settings'),
        SettingsObject: link(`${systemPath(node)}/Bios/Settings`),
        SupportedApplyTimes: [ON_RESET],
        Time: outcome === undefined ? null : timeText(outcome.at),
        Messages: outcome === undefined ? [] : [messageOfOutcome(outcome)],
      },
    }
  },
  actions: {
    ResetBios: action({}, ({ bmc }) => bmc.biosSettings.reset()),
  },
})

export const biosSettings = resource<RedfishNode>({
  path: `${PATH}/Settings`,
  type: 'Bios',
  find: (service, { system }) => withBios(service, system),
  get(node, { service }) {
    const { current, pending = current } = node.bmc.biosSettings
    return {
      Name: 'BIOS settings',
      Description: 'What the machine takes up at its next start or reset',
      AttributeRegistry: registryId(service, node),
      Attributes: pending && attributeValues(pending),
      '@Redfish.SettingsApplyTime': {
        '@odata.type': `#${versionedName('Settings')}.PreferredApplyTime`,
        ApplyTime: ON_RESET,
        'ApplyTime@Redfish.AllowableValues': [ON_RESET],
      },
    }
  },
  patch: {
    Attributes: write(object, setAttributes),
  },
})

export const attributeRegistry = resource<RedfishNode>({
  path: `${PATH}/{attributeRegistry}`,
  type: 'AttributeRegistry',
  find(service, { system, attributeRegistry }) {
    const node = withBios(service, system)
    return node && registryId(service, node) === attributeRegistry ? node : undefined
  },
  get(node) {
    const { facts } = node.bmc.biosSettings
    return {
      Name: 'BIOS attribute registry',
      Language: 'en',
      OwningEntity: 'bmcsim',
      RegistryVersion: VERSION,
      SupportedSystems: [{ ProductName: node.identity.model }],
      RegistryEntries: { Attributes: facts && registryEntries(facts), Dependencies: [], Menus: [] },
    }
  },
})

function setAttributes({ bmc }: RedfishNode, given: Body): void {
  const { faults, change } = readAttributes(given, bmc.biosSettings)
  if (faults.length > 0) throw new RedfishError(400, faults)
  if (Object.keys(change).length === 0) return
  try {
    bmc.biosSettings.set(change)
  } catch (error) {
    if (!(error instanceof BmcError)) throw error
    // What does not go together.
    const [name = 'Attributes'] = Object.keys(given)
    throw new RedfishError(400, [
      { ...about(`/Attributes/${name}`, fault('PropertyValueError', name)), detail: error.message },
    ])
  }
}

function messageOfOutcome({ failure }: SettingsOutcome) {
  if (failure === undefined) return messageOfFault(fault('Success'))
  return messageOfFault({ ...about('/Attributes', fault('PropertyNotUpdated', 'Attributes')), detail: failure })
}
