import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import { cdDrive, type MediaDrive, type Medium, usbDrive } from '../../machine/media.ts'
import { mediaDriveId, stickId } from './boot-order.ts'
import type { QmpClient } from './qmp.ts'

/** The controller on the command line, and what hangs at it while there is something in the drive. */
export const usbControllerId = 'usb0'
const stickNode = 'vusb0-medium'
/** A device that is unplugged holds its medium until QEMU has done with it. */
const unplugMs = 2000

export function mediaDrivesOf({ usbDrive: hasUsb = false }: { readonly usbDrive?: boolean }): readonly MediaDrive[] {
  return hasUsb ? [cdDrive, usbDrive] : [cdDrive]
}

/**
 * Into a drive of the BMC, or nothing. What is in it stays untouched where it is this already: a QEMU that was adopted. A guest that
 * holds the medium is not asked.
 */
export async function changeMedium(
  qmp: QmpClient,
  drive: string,
  medium: Medium | undefined,
  {
    clock,
    stickIndex,
  }: { readonly clock: Clock /** The stick's place in the boot order. */; readonly stickIndex: number },
): Promise<void> {
  const isCd = drive === cdDrive.id
  const inside = mediumIn(await qmp.execute('query-block'), isCd ? mediaDriveId : stickId)
  if (inside === medium?.file) return
  if (inside !== undefined) await (isCd ? qmp.execute('eject', { id: mediaDriveId, force: true }) : unplug(qmp, clock))
  if (medium === undefined) return
  await (isCd ? insertCd(qmp, medium) : plug(qmp, medium, stickIndex)).catch((error: unknown) => {
    throw new BmcError('invalid-field', `${medium.file} cannot be inserted: ${messageOf(error)}`, { cause: error })
  })
}

async function insertCd(qmp: QmpClient, { file }: Medium): Promise<void> {
  await qmp.execute('blockdev-change-medium', {
    ...{ id: mediaDriveId, filename: file, format: 'raw', 'read-only-mode': 'read-only' },
  })
}

/** QEMU has no stick without a medium: it is the stick itself that comes and goes, as somebody would plug it in. */
async function plug(qmp: QmpClient, { file, writeProtected }: Medium, bootindex: number): Promise<void> {
  // Of a process of ours that ended half way.
  await qmp.execute('blockdev-del', { 'node-name': stickNode }).catch(() => {})
  await qmp.execute('blockdev-add', {
    ...{ 'node-name': stickNode, driver: 'raw', 'read-only': writeProtected },
    file: { driver: 'file', filename: file },
  })
  try {
    await qmp.execute('device_add', {
      ...{ driver: 'usb-storage', id: stickId, bus: `${usbControllerId}.0`, drive: stickNode },
      ...{ removable: true, bootindex },
    })
  } catch (error) {
    await qmp.execute('blockdev-del', { 'node-name': stickNode })
    throw error
  }
}

async function unplug(qmp: QmpClient, clock: Clock): Promise<void> {
  await qmp.execute('device_del', { id: stickId })
  const deadline = clock.monotonic() + unplugMs
  for (;;) {
    try {
      await qmp.execute('blockdev-del', { 'node-name': stickNode })
      return
    } catch (error) {
      if (clock.monotonic() > deadline) throw error
      await sleep(clock, 20)
    }
  }
}

/** The file in a drive (QEMU QMP Reference Manual, BlockInfo). */
function mediumIn(blocks: unknown, id: string): string | undefined {
  if (!Array.isArray(blocks)) return undefined
  const drive: unknown = blocks.find((one) => String(fieldOf(one, 'qdev')).split('/').includes(id))
  const file = fieldOf(fieldOf(drive, 'inserted'), 'file')
  return typeof file === 'string' ? file : undefined
}

function fieldOf(of: unknown, name: string): unknown {
  return typeof of === 'object' && of !== null ? Object.getOwnPropertyDescriptor(of, name)?.value : undefined
}
