import type { DriveFacts } from '../../machine/inventory.ts'
import { chassisPath, link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId, singleId } from '../part-id.ts'
import { collection, type Parameters, resource } from '../resource.ts'
import { nodeOfSystem, type Service } from '../service-parts.ts'
import { segmentOf } from '../uri.ts'

const PATH = `${ROOT}/Systems/{system}/Storage`
const SIMPLE = `${ROOT}/Systems/{system}/SimpleStorage`
const healthy = { State: 'Enabled', Health: 'OK' }

interface Drive {
  readonly node: RedfishNode
  readonly id: string
  readonly facts: DriveFacts
}

function drivesOf(node: RedfishNode): readonly Drive[] {
  const drives = node.bmc.machine.inventory?.().drives ?? []
  return drives.map((facts, i) => ({ node, id: partId(node, 'drive', i + 1), facts }))
}

/** Of the drive that the machine itself calls by that name. */
export function drivePathOf(node: RedfishNode, name: string): string | undefined {
  const drive = drivesOf(node).find(({ facts }) => facts.name === name)
  return drive && drivePath(drive)
}

export function drivePaths(node: RedfishNode): readonly string[] {
  return drivesOf(node).map(drivePath)
}

export function storagePaths(node: RedfishNode): readonly string[] {
  return idsOf(node).length === 0 ? [] : [storagePath(node)]
}

/** All drives of a VM hang on one controller, in the manner of the specification's examples; none where there are no drives. */
function idsOf(node: RedfishNode): readonly string[] {
  return drivesOf(node).length === 0 ? [] : [singleId(node, 'storage')]
}

function storagePath(node: RedfishNode): string {
  return `${systemPath(node)}/Storage/${segmentOf(singleId(node, 'storage'))}`
}

function drivePath({ node, id }: Drive): string {
  return `${storagePath(node)}/Drives/${segmentOf(id)}`
}

function volumePath({ node, id }: Drive): string {
  return `${storagePath(node)}/Volumes/${segmentOf(id)}`
}

function ofStorage(service: Service, { system, storage: id }: Parameters): RedfishNode | undefined {
  const node = nodeOfSystem(service, system)
  return node && idsOf(node).includes(id) ? node : undefined
}

export const storages = collection<RedfishNode>({
  path: PATH,
  type: 'StorageCollection',
  name: 'Storage',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: idsOf,
})

export const storage = resource<RedfishNode>({
  path: `${PATH}/{storage}`,
  type: 'Storage',
  find: ofStorage,
  get(node) {
    const drives = drivesOf(node).map((drive) => link(drivePath(drive)))
    return {
      Name: 'Drives of the machine',
      Drives: drives,
      'Drives@odata.count': drives.length,
      // What clients look at that do not know Controllers yet.
      StorageControllers: [
        {
          '@odata.id': `${storagePath(node)}#/StorageControllers/0`,
          MemberId: '0',
          Name: 'Controller',
          SupportedDeviceProtocols: ['SATA'],
          Status: healthy,
        },
      ],
      Status: { ...healthy, HealthRollup: 'OK' },
    }
  },
})

export const storageControllers = collection<RedfishNode>({
  path: `${PATH}/{storage}/Controllers`,
  type: 'StorageControllerCollection',
  name: 'Controllers',
  find: ofStorage,
  members: (node) => [singleId(node, 'storageController')],
})

export const storageController = resource<RedfishNode>({
  path: `${PATH}/{storage}/Controllers/{controller}`,
  type: 'StorageController',
  find(service, parameters) {
    const node = ofStorage(service, parameters)
    return node && singleId(node, 'storageController') === parameters.controller ? node : undefined
  },
  get: () => ({ Name: 'Controller', SupportedDeviceProtocols: ['SATA'], Status: healthy }),
})

function driveOf(node: RedfishNode | undefined, id: string): Drive | undefined {
  return node && drivesOf(node).find((drive) => drive.id === id)
}

export const drive = resource<Drive>({
  path: `${PATH}/{storage}/Drives/{drive}`,
  type: 'Drive',
  find: (service, parameters) => driveOf(ofStorage(service, parameters), parameters.drive),
  get: (drive) => ({
    Name: drive.facts.name,
    Model: drive.facts.model,
    CapacityBytes: drive.facts.capacityBytes ?? null,
    BlockSizeBytes: 512,
    MediaType: 'SSD',
    Protocol: 'SATA',
    SerialNumber: null,
    Links: {
      Chassis: link(chassisPath(drive.node)),
      Storage: link(storagePath(drive.node)),
      Volumes: [link(volumePath(drive))],
    },
    Status: healthy,
  }),
})

export const volumes = collection<RedfishNode>({
  path: `${PATH}/{storage}/Volumes`,
  type: 'VolumeCollection',
  name: 'Volumes',
  find: ofStorage,
  members: (node) => drivesOf(node).map(({ id }) => id),
})

/** Each drive is one. */
export const volume = resource<Drive>({
  path: `${PATH}/{storage}/Volumes/{volume}`,
  type: 'Volume',
  find: (service, parameters) => driveOf(ofStorage(service, parameters), parameters.volume),
  get: (drive) => ({
    Name: drive.facts.name,
    RAIDType: 'None',
    CapacityBytes: drive.facts.capacityBytes ?? null,
    Links: { Drives: [link(drivePath(drive))] },
    Status: healthy,
  }),
})

/** The older model, which clients still ask first for a disk to install on. */
export const simpleStorages = collection<RedfishNode>({
  path: SIMPLE,
  type: 'SimpleStorageCollection',
  name: 'Simple storage',
  find: (service, { system }) => nodeOfSystem(service, system),
  members: idsOf,
})

export const simpleStorage = resource<RedfishNode>({
  path: `${SIMPLE}/{storage}`,
  type: 'SimpleStorage',
  find: ofStorage,
  get: (node) => ({
    Name: 'Drives of the machine',
    Devices: drivesOf(node).map(({ facts: { name, model, capacityBytes } }) => ({
      Name: name,
      Model: model,
      CapacityBytes: capacityBytes ?? null,
      Status: healthy,
    })),
    Links: { Storage: link(storagePath(node)) },
    Status: { ...healthy, HealthRollup: 'OK' },
  }),
})
