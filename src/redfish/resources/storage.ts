import type { DriveFacts } from '../../machine/inventory.ts'
import { link, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, resource } from '../resource.ts'
import { nodeOfSystem } from '../service-parts.ts'

const PATH = `${ROOT}/Systems/{system}/Storage`
const SIMPLE = `${ROOT}/Systems/{system}/SimpleStorage`
/** All drives of a VM hang on one controller, in the manner of the specification's examples. */
const ID = '1'
const healthy = { State: 'Enabled', Health: 'OK' }

function drivesOf({ bmc }: RedfishNode): readonly DriveFacts[] {
  return bmc.machine.inventory?.().drives ?? []
}

/** Ids of the storage: none where there are no drives. */
function idsOf(node: RedfishNode): readonly string[] {
  return drivesOf(node).length === 0 ? [] : [ID]
}

function storagePath(node: RedfishNode): string {
  return `${systemPath(node)}/Storage/${ID}`
}

const ofStorage = (find: (node: RedfishNode) => boolean = () => true) => {
  return (service: Parameters<typeof nodeOfSystem>[0], { system, storage: id }: Readonly<Record<string, string>>) => {
    const node = nodeOfSystem(service, system)
    return node && idsOf(node).includes(id) && find(node) ? node : undefined
  }
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
  find: ofStorage(),
  get(node) {
    const drives = drivesOf(node).map(({ name }) => link(`${storagePath(node)}/Drives/${name}`))
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
  find: ofStorage(),
  members: () => ['0'],
})

export const storageController = resource<RedfishNode>({
  path: `${PATH}/{storage}/Controllers/{controller}`,
  type: 'StorageController',
  find: (service, parameters) => (parameters.controller === '0' ? ofStorage()(service, parameters) : undefined),
  get: () => ({ Name: 'Controller', SupportedDeviceProtocols: ['SATA'], Status: healthy }),
})

interface Drive {
  readonly node: RedfishNode
  readonly drive: DriveFacts
}

function driveOf(node: RedfishNode | undefined, name: string): Drive | undefined {
  const drive = node && drivesOf(node).find((one) => one.name === name)
  return node && drive && { node, drive }
}

export const drive = resource<Drive>({
  path: `${PATH}/{storage}/Drives/{drive}`,
  type: 'Drive',
  find: (service, parameters) => driveOf(ofStorage()(service, parameters), parameters.drive),
  get: ({ node, drive: { name, model, capacityBytes } }) => ({
    Name: name,
    Model: model,
    CapacityBytes: capacityBytes ?? null,
    BlockSizeBytes: 512,
    MediaType: 'SSD',
    Protocol: 'SATA',
    SerialNumber: null,
    Links: { Volumes: [link(`${storagePath(node)}/Volumes/${name}`)] },
    Status: healthy,
  }),
})

export const volumes = collection<RedfishNode>({
  path: `${PATH}/{storage}/Volumes`,
  type: 'VolumeCollection',
  name: 'Volumes',
  find: ofStorage(),
  members: (node) => drivesOf(node).map(({ name }) => name),
})

/** Each drive is one. */
export const volume = resource<Drive>({
  path: `${PATH}/{storage}/Volumes/{volume}`,
  type: 'Volume',
  find: (service, parameters) => driveOf(ofStorage()(service, parameters), parameters.volume),
  get: ({ node, drive: { name, capacityBytes } }) => ({
    Name: name,
    RAIDType: 'None',
    CapacityBytes: capacityBytes ?? null,
    Links: { Drives: [link(`${storagePath(node)}/Drives/${name}`)] },
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
  find: ofStorage(),
  get: (node) => ({
    Name: 'Drives of the machine',
    Devices: drivesOf(node).map(({ name, model, capacityBytes }) => ({
      Name: name,
      Model: model,
      CapacityBytes: capacityBytes ?? null,
      Status: healthy,
    })),
    Links: { Storage: link(storagePath(node)) },
    Status: { ...healthy, HealthRollup: 'OK' },
  }),
})
