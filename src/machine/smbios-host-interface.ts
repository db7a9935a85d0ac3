import { Writer } from '../base/bytes.ts'

/** What a guest's firmware says of the host interface. */
export interface SmbiosHostInterface {
  /** Of the structure; no other structure may have it. */
  readonly handle: number
  readonly card: PciCard
  /** The handle of the IPMI device (type 38) that gives a login; undefined: there is none. */
  readonly bootstrap: number | 'unknown' | undefined
  /** UUID text. */
  readonly serviceUuid: string
  readonly guestAddress: string
  readonly serviceAddress: string
  readonly mask: string
  readonly port: number
  readonly hostName: string
}

/** On bus 0 of segment 0. */
export interface PciCard {
  readonly vendor: number
  readonly device: number
  readonly subsystemVendor: number
  readonly subsystem: number
  readonly slot: number
  readonly mac: string
}

const HOST_INTERFACE = 42
/** SMBIOS 3.6 §7.43.1; what follows is in DSP0270 §8. */
const NETWORK_HOST_INTERFACE = 0x40
/** A PCI card in the newer form, with what v1.3 added (DSP0270 §8.3). */
const PCI_CARD_V2 = 0x05
const PCI_CARD_BYTES = 0x18
const BY_IPMI = 0x0001
const UNKNOWN_HANDLE = 0xffff
/** SMBIOS 3.6 §7.43.2 */
const REDFISH_OVER_IP = 0x04
/** How an address came about, and what it is (DSP0270 §8.4.1). */
const STATIC = 0x01
const IPV4 = 0x01
const NO_VLAN = 0
/** Of the record, before the host name. */
const RECORD_BYTES = 91
/** The length of a structure is one byte (SMBIOS 3.6 §6.1.2), and what is before the name has 122. */
const longestName = 128

/** The structure of type 42, Management Controller Host Interface, with the two zeros that end it (SMBIOS 3.6 §7.43). */
export function smbiosHostInterface(facts: SmbiosHostInterface): Uint8Array {
  const name = Buffer.from(facts.hostName.slice(0, longestName), 'latin1')
  const body = new Writer(256)
    .u8(NETWORK_HOST_INTERFACE)
    .u8(PCI_CARD_BYTES)
    .put(cardBytes(facts))
    .u8(1)
    .put(Uint8Array.of(REDFISH_OVER_IP, RECORD_BYTES + name.length))
    .put(recordBytes(facts))
    .u8(name.length)
    .put(name)
    .done()
  return new Writer(256)
    .put(Uint8Array.of(HOST_INTERFACE, 4 + body.length))
    .u16le(facts.handle)
    .put(body)
    .u16le(0)
    .done()
}

/** Its length counts the device type in front, and itself. */
function cardBytes({ card, bootstrap }: SmbiosHostInterface): Uint8Array {
  return new Writer()
    .put(Uint8Array.of(PCI_CARD_V2, PCI_CARD_BYTES))
    .put(words(card.vendor, card.device, card.subsystemVendor, card.subsystem))
    .put(Uint8Array.from(card.mac.split(':'), (digits) => Number.parseInt(digits, 16)))
    .put(words(0))
    .put(Uint8Array.of(0, card.slot << 3))
    .put(words(bootstrap === undefined ? 0 : BY_IPMI, typeof bootstrap === 'number' ? bootstrap : UNKNOWN_HANDLE))
    .done()
}

function recordBytes({ serviceUuid, guestAddress, serviceAddress, mask, port }: SmbiosHostInterface): Uint8Array {
  return new Writer(128)
    .put(uuidBytes(serviceUuid))
    .put(Uint8Array.of(STATIC, IPV4))
    .put(addressBytes(guestAddress))
    .put(addressBytes(mask))
    .put(Uint8Array.of(STATIC, IPV4))
    .put(addressBytes(serviceAddress))
    .put(addressBytes(mask))
    .u16le(port)
    .u32le(NO_VLAN)
    .done()
}

function words(...values: readonly number[]): Uint8Array {
  return Uint8Array.from(values.flatMap((value) => [value & 0xff, value >>> 8]))
}

/** Room for IPv6; what IPv4 has comes first. */
function addressBytes(address: string): Uint8Array {
  const bytes = new Uint8Array(16)
  bytes.set(address.split('.').map(Number))
  return bytes
}

/** The first three fields begin with their low byte (SMBIOS 3.6 §7.2.1). */
function uuidBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  bytes.subarray(0, 4).reverse()
  bytes.subarray(4, 6).reverse()
  bytes.subarray(6, 8).reverse()
  return bytes
}
