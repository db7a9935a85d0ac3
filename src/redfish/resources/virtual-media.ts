import type { MediaSlot } from '../../bmc/media/media-slot.ts'
import { ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { slotId } from '../part-id.ts'
import type { Body } from '../request.ts'
import { action, change, collection, type Parameters, receive, resource } from '../resource.ts'
import { nodeOfManager, nodeOfSystem, type Service } from '../service-parts.ts'
import {
  changeFields,
  changeMedia,
  imageFields,
  insertFile,
  insertImage,
  protocolOf,
  uploadOnly,
} from '../virtual-media.ts'

/** The drives of a node, where a client looks for them: at the system (since v1.12 of it), or as before at the manager. */
function drivesAt(path: string, nodeAt: (service: Service, parameters: Parameters) => RedfishNode | undefined) {
  const all = collection<RedfishNode>({
    path: `${path}/VirtualMedia`,
    type: 'VirtualMediaCollection',
    name: 'Virtual media',
    find(service, parameters) {
      const node = nodeAt(service, parameters)
      return node?.bmc.media.slots.length ? node : undefined
    },
    members: (node) => node.bmc.media.slots.map((slot) => slotId(node, slot)),
  })
  const one = resource<MediaSlot>({
    path: `${path}/VirtualMedia/{drive}`,
    type: 'VirtualMedia',
    find(service, parameters) {
      const node = nodeAt(service, parameters)
      return node?.bmc.media.slots.find((slot) => slotId(node, slot) === parameters.drive)
    },
    get: shown,
    change: change(changeFields, (slot, given, { report }) => changeMedia(slot, given, report)),
    actions: {
      InsertMedia: {
        ...action<MediaSlot, typeof imageFields>(imageFields, (slot, given, { report }) =>
          insertImage(slot, given, report),
        ),
        receive: receive<MediaSlot, typeof uploadOnly>(uploadOnly, (slot, given, file, { report }) =>
          insertFile(slot, given, file, report),
        ),
      },
      EjectMedia: action({}, (slot) => slot.eject()),
    },
  })
  return { all, one }
}

function shown(slot: MediaSlot): Body {
  const { phase, from, image, imageName, writeProtected, verifyCertificate, userName } = slot.state
  const isIn = phase === 'inserted'
  return {
    Name: `Virtual ${slot.drive.types[0]} drive`,
    MediaTypes: slot.drive.types,
    // A file's place is this machine's business.
    Image: (from === 'url' && image) || null,
    ImageName: imageName ?? null,
    Inserted: isIn,
    ConnectedVia: !isIn ? 'NotConnected' : from === 'url' ? 'URI' : 'Oem',
    WriteProtected: writeProtected,
    TransferMethod: image === undefined ? null : 'Upload',
    TransferProtocolType: protocolOf(image) ?? null,
    UserName: userName ?? null,
    Password: null,
    VerifyCertificate: verifyCertificate,
    EjectPolicy: 'Persistent',
    Status: { State: phase === 'fetching' ? 'Updating' : 'Enabled', Health: phase === 'failed' ? 'Warning' : 'OK' },
  }
}

export const { all: systemMedia, one: systemDrive } = drivesAt(`${ROOT}/Systems/{system}`, (service, { system }) =>
  nodeOfSystem(service, system),
)

export const { all: managerMedia, one: managerDrive } = drivesAt(`${ROOT}/Managers/{manager}`, (service, { manager }) =>
  nodeOfManager(service, manager),
)
