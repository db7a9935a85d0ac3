import { DecodeError } from '../base/bytes.ts'
import { layout, rest, u8, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'
import { MOST_READ } from './record-read.ts'

/** FRU inventory devices (IPMI 2.0 chapter 34). All of ours count bytes. */

const BY_BYTES = 0

export const getFruInventoryAreaInfo = command({
  netFn: NetFn.Storage,
  cmd: 0x10,
  name: 'Get FRU Inventory Area Info',
  spec: '34.1',
  privilege: 'User',
  request: layout({ device: u8 }),
  response: layout({ size: u16le, access: u8 }),
  handle: ({ bmc }, { device }) => ({ size: bmc.fru.size(device), access: BY_BYTES }),
})

export const readFruData = command({
  netFn: NetFn.Storage,
  cmd: 0x11,
  name: 'Read FRU Data',
  spec: '34.2',
  privilege: 'User',
  request: layout({ device: u8, offset: u16le, count: u8 }),
  response: layout({ count: u8, data: rest }),
  /** As much as there is and as fits: pyghmi asks for E0h bytes and takes what comes. */
  handle({ bmc }, { device, offset, count }) {
    const data = bmc.fru.read(device, offset, Math.min(count, MOST_READ))
    return { count: data.length, data }
  },
})

export const writeFruData = command({
  netFn: NetFn.Storage,
  cmd: 0x12,
  name: 'Write FRU Data',
  spec: '34.3',
  privilege: 'Operator',
  request: layout({ device: u8, offset: u16le, data: rest }),
  response: layout({ count: u8 }),
  handle({ bmc }, { device, offset, data }) {
    if (data.length === 0) throw new DecodeError('length', 'nothing to write')
    return { count: bmc.fru.write(device, offset, data) }
  },
})

export const fruCommands = [getFruInventoryAreaInfo, readFruData, writeFruData]
