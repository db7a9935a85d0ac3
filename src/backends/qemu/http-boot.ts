import { globalVendor, nameBytes, UefiVariables, usualAttributes } from './uefi-variables.ts'

/** A number that no operating system's installer comes to: they count from 0000 (UEFI 2.10 §3.1.3). */
const number = 0xb3c0
const name = `Boot${number.toString(16).toUpperCase()}`

/**
 * Tells OVMF to boot from a URI next, before everything in its boot order, and once: it takes BootNext away when it reads it
 * (UEFI 2.10 §3.1.2). Undefined: what was told before is taken back. No QEMU may have the file open.
 */
export function bootFromUri(variables: string, uri: string | undefined): void {
  const store = new UefiVariables(variables)
  const had = store.get(name) !== undefined
  if (uri === undefined && !had) return
  if (uri === undefined) {
    store.delete(name)
    if (Buffer.from(store.get('BootNext') ?? []).equals(littleEndian(number))) store.delete('BootNext')
  } else {
    store.set({ name, vendor: globalVendor, attributes: usualAttributes, data: loadOption(uri) })
    store.set({ name: 'BootNext', vendor: globalVendor, attributes: usualAttributes, data: littleEndian(number) })
  }
  store.save()
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
