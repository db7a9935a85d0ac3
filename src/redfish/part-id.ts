import type { MediaSlot } from '../bmc/media/media-slot.ts'
import type { NumberedPart, SinglePart } from './layout.ts'
import type { RedfishNode } from './node.ts'

/** `n` from 1 on. */
export function partId({ layout }: RedfishNode, kind: NumberedPart, n: number): string {
  return layout.parts[kind].replaceAll('{n}', String(n)).replaceAll('{i}', String(n - 1))
}

/** Of what there is one of. */
export function singleId({ layout }: RedfishNode, kind: SinglePart): string {
  return layout.parts[kind]
}

/** Of a drive of virtual media. */
export function slotId(node: RedfishNode, { drive }: MediaSlot): string {
  return singleId(node, drive.types.includes('USBStick') ? 'usb' : 'cd')
}
