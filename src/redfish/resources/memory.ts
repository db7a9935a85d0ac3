import { chassisPath, link, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfSystem } from '../service-parts.ts'

const PATH = `${ROOT}/Systems/{system}/Memory`
/** A VM's memory is one piece. */
const idOf = (node: RedfishNode) => partId(node, 'memory', 1)

function memoryMiBOf({ bmc }: RedfishNode): number | undefined {
  return bmc.machine.inventory?.().memoryMiB
}

export function memoryIds(node: RedfishNode): readonly string[] {
  return memoryMiBOf(node) === undefined ? [] : [idOf(node)]
}

/** In ComputerSystem. A number even where it is not known, since clients do not look whether it is there. */
export function memorySummary(node: RedfishNode) {
  const mib = memoryMiBOf(node)
  return {
    TotalSystemMemoryGiB: mib === undefined ? 0 : mib / 1024,
    Status: { State: mib === undefined ? 'Absent' : 'Enabled', Health: 'OK' },
  }
}

export const memoryModules = collection<RedfishNode>({
  path: PATH,
  type: 'MemoryCollection',
  name: 'Memory',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: memoryIds,
})

export const memoryModule = resource<{ readonly node: RedfishNode; readonly id: string; readonly mib: number }>({
  path: `${PATH}/{memory}`,
  type: 'Memory',
  find(service, { system, memory: id }) {
    const node = nodeOfSystem(service, system)
    const mib = node && memoryMiBOf(node)
    return node && mib !== undefined && id === idOf(node) ? { node, id, mib } : undefined
  },
  get: ({ node, id, mib }) => ({
    Name: id,
    DeviceLocator: id,
    CapacityMiB: mib,
    LogicalSizeMiB: mib,
    MemoryType: 'DRAM',
    MemoryDeviceType: 'DDR4',
    BaseModuleType: 'RDIMM',
    ErrorCorrection: 'MultiBitECC',
    OperatingSpeedMhz: null,
    RankCount: null,
    Links: { Chassis: link(chassisPath(node)) },
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})
