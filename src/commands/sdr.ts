import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import { bits, empty, flag, layout, oneOf, pad, rest, text, u8, u16le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { SDR_HEADER } from '../ipmi/sdr.ts'
import { command } from './command.ts'
import { CLEAR_WORD, clearActions, ERASURE_COMPLETED, partOf, reservationCanceled } from './record-read.ts'

/** The SDR repository (IPMI 2.0 chapter 33). */

/** IPMI 1.5 and later, BCD with the digits swapped. */
const SDR_VERSION = 0x51
/** Modal and non-modal update; delete, partial add, reserve and allocation info (§33.9, byte 14). */
const OPERATIONS = 0x6f
const ALLOCATION_UNIT = 16
const WHOLE_REPOSITORY = 0xffff
/** Header and 255 bytes, in allocation units. */
const LARGEST_RECORD = 17

export const getSdrRepositoryInfo = command({
  netFn: NetFn.Storage,
  cmd: 0x20,
  name: 'Get SDR Repository Info',
  spec: '33.9',
  privilege: 'User',
  request: empty,
  response: layout({ version: u8, records: u16le, free: u16le, added: u32le, erased: u32le, operations: u8 }),
  handle({ bmc: { sdr } }) {
    return {
      version: SDR_VERSION,
      records: sdr.records.length,
      free: sdr.free,
      added: sdr.lastAdded,
      erased: sdr.lastErased,
      operations: OPERATIONS,
    }
  },
})

export const getSdrRepositoryAllocationInfo = command({
  netFn: NetFn.Storage,
  cmd: 0x21,
  name: 'Get SDR Repository Allocation Info',
  spec: '33.10',
  privilege: 'User',
  request: empty,
  response: layout({ units: u16le, unitSize: u16le, free: u16le, largestFree: u16le, largestRecord: u8 }),
  handle({ bmc: { sdr } }) {
    const free = Math.floor(sdr.free / ALLOCATION_UNIT)
    const units = Math.floor(WHOLE_REPOSITORY / ALLOCATION_UNIT)
    return { units, unitSize: ALLOCATION_UNIT, free, largestFree: free, largestRecord: LARGEST_RECORD }
  },
})

export const reserveSdrRepository = command({
  netFn: NetFn.Storage,
  cmd: 0x22,
  name: 'Reserve SDR Repository',
  spec: '33.11',
  privilege: 'User',
  request: empty,
  response: layout({ reservation: u16le }),
  handle: ({ bmc }) => ({ reservation: bmc.sdr.reservations.take() }),
})

export const getSdr = command({
  netFn: NetFn.Storage,
  cmd: 0x23,
  name: 'Get SDR',
  spec: '33.12',
  privilege: 'User',
  request: layout({ reservation: u16le, id: u16le, offset: u8, count: u8 }),
  response: layout({ next: u16le, data: rest }),
  handle({ bmc: { sdr } }, { reservation, id, offset, count }) {
    // A reservation is asked for only where a record is read from its middle.
    if (offset !== 0 && !sdr.reservations.mayRead(reservation)) throw reservationCanceled()
    const { record, next } = sdr.record(id)
    return { next, data: partOf(record, offset, count) }
  },
})

export const addSdr = command({
  netFn: NetFn.Storage,
  cmd: 0x24,
  name: 'Add SDR',
  spec: '33.13',
  privilege: 'Operator',
  request: layout({ record: rest }),
  response: layout({ id: u16le }),
  handle({ bmc }, { record }) {
    if (record.length < SDR_HEADER || record.length !== SDR_HEADER + record[4]) {
      throw new DecodeError('length', 'byte 5 of an SDR counts the bytes after its header')
    }
    return { id: bmc.sdr.add(record) }
  },
})

export const partialAddSdr = command({
  netFn: NetFn.Storage,
  cmd: 0x25,
  name: 'Partial Add SDR',
  spec: '33.14',
  privilege: 'Operator',
  request: layout({
    reservation: u16le,
    id: u16le,
    offset: u8,
    reserved: pad(4),
    progress: bits(4),
    data: rest,
  }),
  response: layout({ id: u16le }),
  handle({ bmc: { sdr } }, { reservation, id, offset, progress, data }) {
    if (!sdr.reservations.mayWrite(reservation)) throw reservationCanceled()
    return { id: sdr.addPart(id, offset, progress === LAST_PART, data) }
  },
})

const LAST_PART = 1

export const deleteSdr = command({
  netFn: NetFn.Storage,
  cmd: 0x26,
  name: 'Delete SDR',
  spec: '33.15',
  privilege: 'Operator',
  request: layout({ reservation: u16le, id: u16le }),
  response: layout({ id: u16le }),
  handle({ bmc: { sdr } }, { reservation, id }) {
    if (!sdr.reservations.mayWrite(reservation)) throw reservationCanceled()
    return { id: sdr.delete(id) }
  },
})

export const clearSdrRepository = command({
  netFn: NetFn.Storage,
  cmd: 0x27,
  name: 'Clear SDR Repository',
  spec: '33.16',
  privilege: 'Operator',
  request: layout({ reservation: u16le, word: text(3), action: oneOf(u8, clearActions) }),
  response: layout({ reserved: pad(4), progress: bits(4) }),
  handle({ bmc: { sdr } }, { reservation, word, action }) {
    if (word !== CLEAR_WORD) throw new BmcError('invalid-field', 'clearing takes the letters CLR')
    if (action === 'initiate') {
      if (!sdr.reservations.mayWrite(reservation)) throw reservationCanceled()
      sdr.clear()
    }
    return { progress: ERASURE_COMPLETED }
  },
})

export const getSdrRepositoryTime = command({
  netFn: NetFn.Storage,
  cmd: 0x28,
  name: 'Get SDR Repository Time',
  spec: '33.17',
  privilege: 'User',
  request: empty,
  response: layout({ seconds: u32le }),
  handle: ({ bmc }) => ({ seconds: bmc.storageClock.seconds }),
})

export const setSdrRepositoryTime = command({
  netFn: NetFn.Storage,
  cmd: 0x29,
  name: 'Set SDR Repository Time',
  spec: '33.18',
  privilege: 'Operator',
  request: layout({ seconds: u32le }),
  response: empty,
  handle: ({ bmc }, { seconds }) => bmc.storageClock.set(seconds),
})

export const enterSdrRepositoryUpdateMode = command({
  netFn: NetFn.Storage,
  cmd: 0x2a,
  name: 'Enter SDR Repository Update Mode',
  spec: '33.19',
  privilege: 'Operator',
  request: empty,
  response: empty,
  handle({ bmc }) {
    bmc.sdr.update('enter')
  },
})

export const exitSdrRepositoryUpdateMode = command({
  netFn: NetFn.Storage,
  cmd: 0x2b,
  name: 'Exit SDR Repository Update Mode',
  spec: '33.20',
  privilege: 'Operator',
  request: empty,
  response: empty,
  handle({ bmc }) {
    if (!bmc.sdr.update('exit')) throw new BmcError('wrong-state', 'the SDR repository is not in update mode')
  },
})

export const runInitializationAgent = command({
  netFn: NetFn.Storage,
  cmd: 0x2c,
  name: 'Run Initialization Agent',
  spec: '33.21',
  privilege: 'Operator',
  request: layout({ reserved: pad(7), run: flag }),
  response: layout({ reserved: pad(7), completed: flag }),
  handle({ bmc }, { run }) {
    if (run) bmc.sensors.initialize()
    return { completed: true }
  },
})

export const sdrCommands = [
  getSdrRepositoryInfo,
  getSdrRepositoryAllocationInfo,
  reserveSdrRepository,
  getSdr,
  addSdr,
  partialAddSdr,
  deleteSdr,
  clearSdrRepository,
  getSdrRepositoryTime,
  setSdrRepositoryTime,
  enterSdrRepositoryUpdateMode,
  exitSdrRepositoryUpdateMode,
  runInitializationAgent,
]
