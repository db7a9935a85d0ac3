import { hash } from 'node:crypto'
import { hex } from '../base/bytes.ts'

/** IEEE 802 §8.2.2: administered by us, for one station. */
const LOCAL = 0x02
const LOCAL_AND_GROUP = 0x03

/** The MAC of a BMC's LAN channel that was not given one: the same at every start, another for each node and channel. */
export function macOfName(name: string, channel: number): Uint8Array {
  return macOf(`bmc/${channel}/${name}`)
}

/** The MAC of the machine's card whose other end is its BMC. */
export function hostNicMac(name: string): string {
  return hex(macOf(`host-interface/${name}`), ':')
}

function macOf(text: string): Uint8Array {
  const mac = new Uint8Array(hash('sha1', text, 'buffer').subarray(0, 6))
  mac[0] = (mac[0] & ~LOCAL_AND_GROUP) | LOCAL
  return mac
}
