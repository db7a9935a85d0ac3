import { BmcError } from '../base/errors.ts'
import { bits, bytes, empty, layout, oneOf, pad, rest, text, u8, u16le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { SEL_RECORD } from '../ipmi/sel-record.ts'
import { CompletionError, command } from './command.ts'
import { CLEAR_WORD, clearActions, ERASURE_COMPLETED, partOf, reservationCanceled } from './record-read.ts'

/** The system event log (IPMI 2.0 chapter 31). */

/** IPMI 1.5 and later, BCD with the digits swapped. xCAT reads no other. */
const SEL_VERSION = 0x51
const OVERFLOW = 0x80
/** There was none, or nobody remembers it (§31.2). */
const NEVER = 0xffffffff

export const getSelInfo = command({
  netFn: NetFn.Storage,
  cmd: 0x40,
  name: 'Get SEL Info',
  spec: '31.2',
  privilege: 'User',
  request: empty,
  response: layout({ version: u8, entries: u16le, free: u16le, added: u32le, erased: u32le, support: u8 }),
  handle({ bmc: { sel } }) {
    return {
      version: SEL_VERSION,
      entries: sel.count,
      free: Math.min((sel.capacity - sel.count) * SEL_RECORD, 0xffff),
      added: sel.lastAdded || NEVER,
      erased: sel.lastErased || NEVER,
      support: sel.support | (sel.overflow ? OVERFLOW : 0),
    }
  },
})

export const getSelAllocationInfo = command({
  netFn: NetFn.Storage,
  cmd: 0x41,
  name: 'Get SEL Allocation Info',
  spec: '31.3',
  privilege: 'User',
  request: empty,
  response: layout({ units: u16le, unitSize: u16le, free: u16le, largestFree: u16le, largestRecord: u8 }),
  handle({ bmc: { sel } }) {
    const free = sel.capacity - sel.count
    return { units: sel.capacity, unitSize: SEL_RECORD, free, largestFree: free, largestRecord: 1 }
  },
})

export const reserveSel = command({
  netFn: NetFn.Storage,
  cmd: 0x42,
  name: 'Reserve SEL',
  spec: '31.4',
  privilege: 'User',
  request: empty,
  response: layout({ reservation: u16le }),
  handle: ({ bmc }) => ({ reservation: bmc.sel.reservations.take() }),
})

export const getSelEntry = command({
  netFn: NetFn.Storage,
  cmd: 0x43,
  name: 'Get SEL Entry',
  spec: '31.5',
  privilege: 'User',
  request: layout({ reservation: u16le, id: u16le, offset: u8, count: u8 }),
  response: layout({ next: u16le, data: rest }),
  handle({ bmc: { sel } }, { reservation, id, offset, count }) {
    // A reservation is asked for only where a record is read in pieces.
    if (offset !== 0 && !sel.reservations.mayRead(reservation)) throw reservationCanceled()
    const { record, next } = sel.entry(id)
    return { next, data: partOf(record, offset, count) }
  },
})

export const addSelEntry = command({
  netFn: NetFn.Storage,
  cmd: 0x44,
  name: 'Add SEL Entry',
  spec: '31.6',
  privilege: 'Operator',
  request: layout({ record: bytes(SEL_RECORD) }),
  response: layout({ id: u16le }),
  handle: ({ bmc }, { record }) => ({ id: bmc.sel.add(record) }),
})

const partialAddCodes = { wrongLength: 0x80 } as const

export const partialAddSelEntry = command({
  netFn: NetFn.Storage,
  cmd: 0x45,
  name: 'Partial Add SEL Entry',
  spec: '31.7',
  privilege: 'Operator',
  codes: partialAddCodes,
  request: layout({
    reservation: u16le,
    id: u16le,
    offset: u8,
    reserved: pad(4),
    progress: oneOf(bits(4), { more: 0, last: 1 }),
    data: rest,
  }),
  response: layout({ id: u16le }),
  handle({ bmc: { sel } }, { reservation, id, offset, progress, data }) {
    if (!sel.reservations.mayWrite(reservation)) throw reservationCanceled()
    const added = sel.upload.add({ reservation, id, offset, last: progress === 'last', data })
    if (added === 'wrong length') {
      throw new CompletionError(partialAddCodes.wrongLength, `a SEL record has ${SEL_RECORD} bytes`)
    }
    return { id: added }
  },
})

export const deleteSelEntry = command({
  netFn: NetFn.Storage,
  cmd: 0x46,
  name: 'Delete SEL Entry',
  spec: '31.8',
  privilege: 'Operator',
  request: layout({ reservation: u16le, id: u16le }),
  response: layout({ id: u16le }),
  handle({ bmc: { sel } }, { reservation, id }) {
    if (!sel.reservations.mayWrite(reservation)) throw reservationCanceled()
    return { id: sel.delete(id) }
  },
})

export const clearSel = command({
  netFn: NetFn.Storage,
  cmd: 0x47,
  name: 'Clear SEL',
  spec: '31.9',
  privilege: 'Operator',
  request: layout({ reservation: u16le, word: text(3), action: oneOf(u8, clearActions) }),
  response: layout({ reserved: pad(4), progress: bits(4) }),
  handle({ bmc: { sel } }, { reservation, word, action }) {
    if (word !== CLEAR_WORD) throw new BmcError('invalid-field', 'clearing takes the letters CLR')
    if (action === 'initiate') {
      if (!sel.reservations.mayWrite(reservation)) throw reservationCanceled()
      sel.clear()
    }
    return { progress: ERASURE_COMPLETED }
  },
})

export const getSelTime = command({
  netFn: NetFn.Storage,
  cmd: 0x48,
  name: 'Get SEL Time',
  spec: '31.10',
  privilege: 'User',
  request: empty,
  response: layout({ seconds: u32le }),
  handle: ({ bmc }) => ({ seconds: bmc.storageClock.seconds }),
})

export const setSelTime = command({
  netFn: NetFn.Storage,
  cmd: 0x49,
  name: 'Set SEL Time',
  spec: '31.11',
  privilege: 'Operator',
  request: layout({ seconds: u32le }),
  response: empty,
  handle: ({ bmc }, { seconds }) => bmc.storageClock.set(seconds),
})

const MOST_UTC_OFFSET = 1440
const UTC_OFFSET_UNSPECIFIED = 0x7ff

export const getSelTimeUtcOffset = command({
  netFn: NetFn.Storage,
  cmd: 0x5c,
  name: 'Get SEL Time UTC Offset',
  spec: '31.11a',
  privilege: 'User',
  request: empty,
  response: layout({ minutes: u16le }),
  handle: ({ bmc }) => ({ minutes: bmc.storageClock.utcOffset & 0xffff }),
})

export const setSelTimeUtcOffset = command({
  netFn: NetFn.Storage,
  cmd: 0x5d,
  name: 'Set SEL Time UTC Offset',
  spec: '31.11b',
  privilege: 'Operator',
  request: layout({ minutes: u16le }),
  response: empty,
  handle({ bmc }, { minutes }) {
    const signed = minutes < 0x8000 ? minutes : minutes - 0x10000
    if (signed !== UTC_OFFSET_UNSPECIFIED && Math.abs(signed) > MOST_UTC_OFFSET) {
      throw new BmcError('invalid-field', 'at most a day from UTC (1440 minutes), or 7FFh')
    }
    bmc.storageClock.setUtcOffset(signed)
  },
})

export const selCommands = [
  getSelInfo,
  getSelAllocationInfo,
  reserveSel,
  getSelEntry,
  addSelEntry,
  partialAddSelEntry,
  deleteSelEntry,
  clearSel,
  getSelTime,
  setSelTime,
  getSelTimeUtcOffset,
  setSelTimeUtcOffset,
]
