import { BmcError, messageOf } from '../base/errors.ts'
import { RedfishError, refuse } from './faults.ts'
import { type FirmwareImage, MOST_IMAGE_BYTES, readImage } from './firmware-image.ts'
import { firmwareVersion } from './firmware-version.ts'
import { managerPath, ROOT } from './links.ts'
import { say } from './messages/event-message.ts'
import { messageOfEvent } from './messages/message.ts'
import { updateMessages } from './messages/registry.ts'
import type { RedfishNode } from './node.ts'
import type { Service } from './service-parts.ts'
import type { TaskReport } from './tasks/task.ts'
import { segmentOf } from './uri.ts'

const INVENTORY = `${ROOT}/UpdateService/FirmwareInventory`
/** Who asked may hear how it ended, before the BMC's doors close for its reset. */
const FAREWELL_MS = 2000

/** Of a BMC's firmware; where several are behind one address, with the node's name in it. */
export function firmwareId(service: Service, node: RedfishNode): string {
  return service.nodes.length === 1 ? 'BMC' : `${node.name}-BMC`
}

export function firmwarePath(service: Service, node: RedfishNode): string {
  return `${INVENTORY}/${segmentOf(firmwareId(service, node))}`
}

/** Which BMCs are meant, by their firmware or by themselves; the only one where nothing is said. */
export function targetsOf(service: Service, targets: readonly string[] | undefined): readonly RedfishNode[] {
  if (targets === undefined || targets.length === 0) {
    if (service.nodes.length === 1) return service.nodes
    throw refuse(400, 'ActionParameterMissing', 'UpdateService.SimpleUpdate', 'Targets')
  }
  return targets.map((target) => {
    const path = target.replace(/\/+$/, '')
    const node = service.nodes.find((one) => [firmwarePath(service, one), managerPath(one)].includes(path))
    if (node !== undefined) return node
    throw refuse(400, 'ActionParameterValueNotInList', target, 'Targets', 'UpdateService.SimpleUpdate')
  })
}

/** Where an image comes from. */
export interface SentImage {
  readonly name: string
  /** What to blame. */
  readonly parameter: 'ImageURI' | 'UpdateFile'
  readonly open: () => Promise<AsyncIterable<Uint8Array>>
}

/** Reads the image, and gives its version to the BMCs, which then start afresh as by a cold reset. The machines do not notice. */
export async function update(
  service: Service,
  nodes: readonly RedfishNode[],
  { name, parameter, open }: SentImage,
  report: TaskReport,
): Promise<void> {
  const refused = (error: unknown) => unusable(parameter, messageOf(error))
  const targets = nodes.map((node) => firmwarePath(service, node))
  for (const target of targets) report.message(told('TransferringToComponent', name, target))
  const image = await open()
    .then((content) => readImage(name, content))
    .catch((error: unknown) => {
      for (const target of targets) report.message(told('TransferFailed', name, target))
      throw refused(error)
    })
  if (report.signal.aborted) throw new BmcError('timeout', 'called off')
  report.percent(60)
  nodes.forEach((node, i) => {
    report.message(told('VerifyingAtComponent', name, targets[i]))
    const why = unfitness(image)
    if (why !== undefined) {
      report.message(told('VerificationFailed', name, targets[i]))
      throw unusable(parameter, why)
    }
    report.message(told('InstallingOnComponent', name, targets[i]))
    node.bmc.installFirmware(image.version ?? '')
    report.message(told('UpdateSuccessful', targets[i], name))
    node.bmc.log.info({ version: firmwareVersion(node), image: name }, 'firmware updated over Redfish')
    node.bmc.clock.after(FAREWELL_MS, () => node.bmc.reset('cold'))
  })
}

function unusable(parameter: string, why: string): RedfishError {
  const [one] = refuse(400, 'ActionParameterValueError', parameter, 'UpdateService.SimpleUpdate').faults
  return new RedfishError(400, [{ ...one, detail: why }])
}

/** Why it is nothing for a BMC. */
function unfitness({ version, isOther, bytes }: FirmwareImage): string | undefined {
  if (bytes > MOST_IMAGE_BYTES) return 'the image is too large'
  if (bytes === 0) return 'the image is empty'
  if (isOther) return 'the image says that it is not for a BMC'
  if (version !== undefined) return undefined
  return 'the image has no version: begin it with a line like version=2.05, or name it bmc-2.05.bin'
}

function told(
  key: keyof typeof updateMessages.facts.messages &
    `${string}${'ToComponent' | 'AtComponent' | 'OnComponent' | 'Failed' | 'Successful'}`,
  first: string,
  second: string,
) {
  return messageOfEvent(say(updateMessages, key, first, second))
}
