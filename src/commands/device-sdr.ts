import { BmcError } from '../base/errors.ts'
import { empty, layout, optional, rest, u8, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { type Context, command } from './command.ts'
import { partOf } from './record-read.ts'

/** SDRs that a controller has for its own sensors (IPMI 2.0 §35.2 to §35.4), besides the main repository. */

const LAST = 0xffff
const COUNT_SDRS = 0x01
const LUNS = [0, 1, 2, 3]

export const getDeviceSdrInfo = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x20,
  name: 'Get Device SDR Info',
  spec: '35.2',
  privilege: 'User',
  request: layout({ operation: optional(u8) }),
  /** Our population is static, so there is no change indicator behind. */
  response: layout({ count: u8, luns: u8 }),
  handle(context, { operation = 0 }) {
    const { bmc, lun = 0 } = context
    const sensorsOn = (which: number) => bmc.sensors.seeds.filter((seed) => seed.lun === which).length
    const luns = LUNS.reduce((mask, one) => (sensorsOn(one) > 0 ? mask | (1 << one) : mask), 0)
    const count = (operation & COUNT_SDRS) === 0 ? sensorsOn(lun) : recordsOf(context).length
    return { count: Math.min(count, 0xff), luns }
  },
})

export const getDeviceSdr = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x21,
  name: 'Get Device SDR',
  spec: '35.3',
  privilege: 'User',
  request: layout({ reservation: u16le, id: u16le, offset: u8, count: u8 }),
  response: layout({ next: u16le, data: rest }),
  /** These records never change while the BMC runs, so no reservation is ever canceled. */
  handle(context, { id, offset, count }) {
    const records = recordsOf(context)
    const index = id === 0 ? 0 : id === LAST ? records.length - 1 : records.findIndex((record) => idOf(record) === id)
    const record = records[index]
    if (record === undefined) throw new BmcError('not-found', `no device SDR ${id}`)
    const after = records[index + 1]
    return { next: after === undefined ? LAST : idOf(after), data: partOf(record, offset, count) }
  },
})

export const reserveDeviceSdrRepository = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x22,
  name: 'Reserve Device SDR Repository',
  spec: '35.4',
  privilege: 'User',
  request: empty,
  response: layout({ reservation: u16le }),
  handle: ({ bmc }) => ({ reservation: bmc.sdr.reservations.take() }),
})

function recordsOf({ bmc, lun = 0 }: Context): readonly Uint8Array[] {
  return bmc.deviceSdrs.get(lun) ?? []
}

function idOf(record: Uint8Array): number {
  return record[0] | (record[1] << 8)
}

export const deviceSdrCommands = [getDeviceSdrInfo, getDeviceSdr, reserveDeviceSdrRepository]
