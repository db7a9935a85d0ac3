import { refuse } from '../faults.ts'
import { flag, oneOf, text, texts } from '../fields.ts'
import { MOST_IMAGE_BYTES } from '../firmware-image.ts'
import { firmwareVersion } from '../firmware-version.ts'
import { link, managerPath, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, longAction, receive, resource } from '../resource.ts'
import type { Service } from '../service-parts.ts'
import { firmwareId, targetsOf, update } from '../update.ts'

const PATH = `${ROOT}/UpdateService`
const ACTION = `${PATH}/Actions/UpdateService.SimpleUpdate`

const simpleFields = {
  ImageURI: text,
  TransferProtocol: oneOf(['HTTP', 'HTTPS']),
  Targets: texts,
  Username: text,
  Password: text,
  ForceUpdate: flag,
}
const sentFields = { Targets: texts, ForceUpdate: flag }

export const updateService = resource<Service>({
  path: PATH,
  type: 'UpdateService',
  find: (service) => service,
  get: () => ({
    Name: 'Update Service',
    Description: "The firmware of the BMC: an image's version becomes the BMC's, which then starts afresh",
    Status: { State: 'Enabled', Health: 'OK' },
    ServiceEnabled: true,
    MaxImageSizeBytes: MOST_IMAGE_BYTES,
    // The action takes a form with the file, or the file alone, in place of where to fetch it.
    MultipartHttpPushUri: ACTION,
    HttpPushUri: ACTION,
  }),
  actions: {
    SimpleUpdate: {
      ...longAction<Service, typeof simpleFields>(simpleFields, async (service, given, { report }) => {
        const { ImageURI = '', TransferProtocol, Username, Password } = given
        const nodes = targetsOf(service, given.Targets)
        const image = uriOf(ImageURI, TransferProtocol)
        const { openImage } = nodes[0]
        if (openImage === undefined) throw refuse(400, 'ActionNotSupported', 'UpdateService.SimpleUpdate')
        const open = () => openImage({ uri: image.href, userName: Username, password: Password }, report.signal)
        await update(service, nodes, { name: nameOf(image.pathname), parameter: 'ImageURI', open }, report)
      }),
      receive: {
        ...receive<Service, typeof sentFields>(sentFields, (service, { Targets }, file, { report }) => {
          const open = async () => file.content
          return update(
            service,
            targetsOf(service, Targets),
            { name: nameOf(file.name), parameter: 'UpdateFile', open },
            report,
          )
        }),
        bare: true,
      },
    },
  },
})

function uriOf(given: string, protocol: string | undefined): URL {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `${(protocol ?? 'http').toLowerCase()}://${given}`
  const url = URL.canParse(whole) ? new URL(whole) : undefined
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.hostname !== '') return url
  throw refuse(400, 'ActionParameterValueFormatError', given, 'ImageURI', 'UpdateService.SimpleUpdate')
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 128) || 'image'
}

export const firmwares = collection<Service>({
  path: `${PATH}/FirmwareInventory`,
  type: 'SoftwareInventoryCollection',
  name: 'Firmware',
  find: (service) => service,
  members: (service) => service.nodes.map((node) => firmwareId(service, node)),
})

export const firmware = resource<RedfishNode>({
  path: `${PATH}/FirmwareInventory/{firmware}`,
  type: 'SoftwareInventory',
  find: (service, { firmware }) => service.nodes.find((node) => firmwareId(service, node) === firmware),
  get: (node) => ({
    Name: `Firmware of the BMC of ${node.name}`,
    Version: firmwareVersion(node),
    SoftwareId: 'bmcsim-bmc',
    Manufacturer: 'bmcsim',
    Updateable: true,
    RelatedItem: [link(managerPath(node))],
    Status: { State: 'Enabled', Health: 'OK' },
  }),
})
