import type { ProcessorFacts } from '../../machine/inventory.ts'
import { chassisPath, link, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfSystem } from '../service-parts.ts'

const PATH = `${ROOT}/Systems/{system}/Processors`

/** Missing where nobody can look into the machine. */
export function processorsOf({ bmc }: RedfishNode): ProcessorFacts | undefined {
  return bmc.machine.inventory?.().processors
}

export function processorIds(node: RedfishNode): readonly string[] {
  const { sockets = 0 } = processorsOf(node) ?? {}
  return Array.from({ length: sockets }, (_, i) => partId(node, 'processor', i + 1))
}

/** In ComputerSystem: all sockets together. A count is a number even where it is not known, since clients do not look whether it is there. */
export function processorSummary(node: RedfishNode) {
  const facts = processorsOf(node)
  const status = { State: facts === undefined ? 'Absent' : 'Enabled', Health: 'OK' }
  if (facts === undefined) return { Count: 0, Status: status }
  const { sockets, cores, threadsPerCore, model } = facts
  return {
    Count: sockets,
    CoreCount: sockets * cores,
    LogicalProcessorCount: sockets * cores * threadsPerCore,
    Model: model,
    ThreadingEnabled: threadsPerCore > 1,
    Status: status,
  }
}

export const processors = collection<RedfishNode>({
  path: PATH,
  type: 'ProcessorCollection',
  name: 'Processors',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: processorIds,
})

export const processor = resource<{ readonly node: RedfishNode; readonly id: string; readonly facts: ProcessorFacts }>({
  path: `${PATH}/{processor}`,
  type: 'Processor',
  find(service, { system, processor: id }) {
    const node = nodeOfSystem(service, system)
    const facts = node && processorsOf(node)
    return node && facts && processorIds(node).includes(id) ? { node, id, facts } : undefined
  },
  get({ node, id, facts: { cores, threadsPerCore, model, manufacturer } }) {
    return {
      Name: id,
      Socket: id,
      ProcessorType: 'CPU',
      ProcessorArchitecture: 'x86',
      InstructionSet: 'x86-64',
      Manufacturer: manufacturer,
      Model: model,
      MaxSpeedMHz: null,
      TotalCores: cores,
      TotalEnabledCores: cores,
      TotalThreads: cores * threadsPerCore,
      Links: { Chassis: link(chassisPath(node)) },
      Status: { State: 'Enabled', Health: 'OK' },
    }
  },
})
