import { BmcError } from '../../base/errors.ts'
import type { QemuOptions } from './options.ts'
import { globalVendor, nameBytes, UefiVariables, usualAttributes } from './uefi-variables.ts'

/** A number that no operating system's installer comes to: they count from 0000 (UEFI 2.10 §3.1.3). */
const number = 0xb3c0
const name = `Boot${number.toString(16).toUpperCase()}`

/**
 * Tells OVMF to boot from a URI next, before everything in its boot order, and once: it takes BootNext away when it reads it
 * (UEFI 2.10 §3.1.2). Undefined: what was told before is taken back. No QEMU may have the file open.
 */
export function bootFromUri(variables: string, uri: string | undefined): void {
  const store = opened(variables, uri !== undefined)
  if (store === undefined) return
  const had = store.get(name) !== undefined
  if (uri === undefined && !had) return
  if (uri === undefined) {
    store.delete(name)
    forgetHttpEntries(store)
    if (Buffer.from(store.get('BootNext') ?? []).equals(littleEndian(number))) store.delete('BootNext')
  } else {
    store.set({ name, vendor: globalVendor, attributes: usualAttributes, data: loadOption(uri) })
    store.set({ name: 'BootNext', vendor: globalVendor, attributes: usualAttributes, data: littleEndian(number) })
  }
  store.save()
}

/** A file that cannot be read is no reason not to start a VM that wants nothing of it. */
function opened(path: string, isNeeded: boolean): UefiVariables | undefined {
  try {
    return new UefiVariables(path)
  } catch (error) {
    if (isNeeded) throw error
    return undefined
  }
}

/**
 * While PXE was off, OVMF made entries for HTTP, which it would keep in front of those that it makes for PXE now. Without them it makes
 * both, in its own order; entries of an installer stay.
 */
function forgetHttpEntries(store: UefiVariables): void {
  const order = Buffer.from(store.get('BootOrder') ?? [])
  const kept: Buffer[] = []
  for (let at = 0; at + 2 <= order.length; at += 2) {
    const entry = `Boot${order.readUInt16LE(at).toString(16).toUpperCase().padStart(4, '0')}`
    if (descriptionOf(store.get(entry)).startsWith('UEFI HTTPv')) store.delete(entry)
    else kept.push(order.subarray(at, at + 2))
  }
  const data = Buffer.concat(kept)
  if (data.length === order.length) return
  if (data.length === 0) store.delete('BootOrder')
  else store.set({ name: 'BootOrder', vendor: globalVendor, attributes: usualAttributes, data })
}

/** Of a load option: behind its attributes and the length of its path, up to a zero. */
function descriptionOf(option: Uint8Array | undefined): string {
  return Buffer.from(option?.subarray(6) ?? [])
    .toString('utf16le')
    .split('\0')[0]
}

/**
 * EFI_LOAD_OPTION (UEFI 2.10 §3.1.3) with the short form of a URI device path (§3.1.2), which the boot manager tries with every
 * NIC that boots by HTTP: Messaging, URI (§10.3.4.23), and the end of it.
 */
function loadOption(uri: string): Buffer {
  const text = Buffer.from(uri, 'latin1')
  const path = Buffer.concat([
    ...[Buffer.from([0x03, 0x18]), littleEndian(4 + text.length), text],
    Buffer.from([0x7f, 0xff, 0x04, 0x00]),
  ])
  const active = Buffer.from([1, 0, 0, 0])
  return Buffer.concat([active, littleEndian(path.length), nameBytes('HTTP boot, by the BMC'), path])
}

function littleEndian(value: number): Buffer {
  return Buffer.from([value & 0xff, value >> 8])
}

/** The one NIC for which OVMF has a driver of its own; the iPXE in the others would boot by itself first (seen with 2022.11). */
export const ovmfNic = 'virtio-net-pci'

export function checkHttpBoot({ name, firmware, nics }: Pick<QemuOptions, 'name' | 'firmware' | 'nics'>): void {
  if (firmware !== 'uefi') {
    throw new BmcError('not-supported', `${name} boots by HTTP only with UEFI: write firmware: uefi`)
  }
  if (!nics.some(({ model }) => model === ovmfNic)) {
    throw new BmcError(
      'not-supported',
      `${name} has no NIC that UEFI boots from by HTTP: write model: ${ovmfNic} at one`,
    )
  }
}
