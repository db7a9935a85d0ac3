import { DecodeError } from '../../base/bytes.ts'
import { layout, rest, u8 } from '../../ipmi/layout.ts'
import { NetFn } from '../../ipmi/net-fn.ts'
import { type Command, command } from '../command.ts'

/** IANA's number of the OpenBMC project, in front of its commands on NetFn 2Eh. */
const OPENBMC = 49871

const HOW_MANY = 0

/** "Blobs" are how firmware and logs are carried over IPMI; clients first ask how many there are, and go elsewhere for none. */
export const openbmcBlobTransfer = command({
  netFn: NetFn.Oem,
  group: OPENBMC,
  cmd: 0x80,
  name: 'OpenBMC Blob Transfer',
  spec: 'OpenBMC',
  privilege: 'Administrator',
  request: layout({ what: u8, data: rest }),
  response: layout({ answer: rest }),
  handle(_, { what, data }) {
    if (what !== HOW_MANY) throw new DecodeError('field', `there are no blobs, so ${what} cannot be done with one`)
    if (data.length > 0) throw new DecodeError('length', 'nothing wanted behind the question how many there are')
    const count = [0, 0, 0, 0]
    const crc = crc16(count)
    return { answer: Uint8Array.of(crc & 0xff, crc >> 8, ...count) }
  },
})

/** CRC-16 with polynomial 1021h, begun with FFFFh. */
function crc16(bytes: readonly number[]): number {
  let crc = 0xffff
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = ((crc << 1) ^ (crc & 0x8000 ? 0x1021 : 0)) & 0xffff
  }
  return crc
}

export const openbmcCommands: readonly Command[] = [openbmcBlobTransfer]
