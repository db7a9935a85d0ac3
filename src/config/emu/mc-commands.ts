import type { IdentityConfig } from '../config.ts'
import type { Arguments } from '../lan-conf/arguments.ts'
import type { SourceRange } from '../source.ts'
import { type EmuCommand, readByte, readBytes, readMc } from './command.ts'
import type { EmulatorState } from './state.ts'

const MAX_FRU_BYTES = 8192

/** Commands that make management controllers and give them a SEL, SDRs and FRUs. */
export const mcCommands: Readonly<Record<string, EmuCommand>> = {
  mc_setbmc: {
    usage: 'mc_setbmc IPMB-ADDRESS',
    read: (line, state) => {
      const at = line.here()
      const mc = readByte(line, 'IPMB address')
      if (mc === undefined) return undefined
      if (mc % 2 !== 0) return line.wrong(at, `IPMB addresses are even (IPMI counts them in eight bits); write 0x20`)
      state.bmc = mc
      state.mcs.add(mc)
      return undefined
    },
  },
  mc_add: {
    usage:
      'mc_add IPMB-ADDRESS DEVICE-ID has-device-sdrs|no-device-sdrs REVISION FW-MAJOR FW-MINOR SUPPORT MANUFACTURER PRODUCT [dynsens] [persist_sdr]',
    read: (line, state, at) => readMcAdd(line, state, at),
  },
  mc_enable: {
    usage: 'mc_enable MC',
    // Our BMC answers from the start, enabled or not.
    read: (line, state) => {
      const mc = readMc(line, state)
      return mc === undefined || mc === state.bmc ? undefined : 'other'
    },
  },
  mc_disable: ofMc('mc_disable MC'),
  mc_delete: ofMc('mc_delete MC'),
  mc_set_guid: {
    usage: 'mc_set_guid MC 32-HEX-DIGITS-OR-UUID',
    read: (line, state) => {
      const mc = readMc(line, state)
      const guid = line.guid()
      if (mc !== undefined && guid !== undefined) state.guids.set(mc, guid)
      return undefined
    },
  },
  sel_enable: {
    usage: 'sel_enable MC CAPACITY FLAGS',
    read: (line, state) => {
      const mc = readMc(line, state)
      const capacity = line.integer('capacity', 0, 0xffff)
      const flags = readByte(line, 'flags')
      if (mc === undefined || capacity === undefined || flags === undefined) return undefined
      state.sels.add(mc)
      return { kind: 'sel-enable', mc, capacity, flags }
    },
  },
  sel_add: {
    usage: 'sel_add MC TYPE 13-BYTES',
    read: (line, state, at) => {
      const mc = readMc(line, state)
      const type = readByte(line, 'record type')
      const rest = line.here()
      const bytes = readBytes(line)
      if (mc === undefined || type === undefined || bytes === undefined) return undefined
      if (!state.sels.has(mc)) return line.wrong(at, 'this MC has no SEL yet; write sel_enable before this line')
      if (bytes.length !== 13) return line.wrong(rest, `a SEL record has 13 bytes after its type, not ${bytes.length}`)
      // The record ID is given when it is added (IPMI 2.0 §32.1).
      return { kind: 'sel-add', mc, record: Uint8Array.from([0, 0, type, ...bytes]) }
    },
  },
  main_sdr_add: {
    usage: 'main_sdr_add MC BYTES...',
    read: (line, state) => {
      const mc = readMc(line, state)
      const record = readSdr(line)
      return mc === undefined || record === undefined ? undefined : { kind: 'main-sdr-add', mc, record }
    },
  },
  device_sdr_add: {
    usage: 'device_sdr_add MC LUN BYTES...',
    read: (line, state, at) => {
      const mc = readMc(line, state)
      const lun = line.integer('LUN', 0, 3)
      const record = readSdr(line)
      if (mc === undefined || lun === undefined || record === undefined) return undefined
      if (state.identities.get(mc)?.providesDeviceSdrs !== true) {
        return line.wrong(at, 'this MC has no device SDRs; write has-device-sdrs in its mc_add')
      }
      return { kind: 'device-sdr-add', mc, lun, record }
    },
  },
  mc_add_fru_data: {
    usage: 'mc_add_fru_data MC FRU SIZE data BYTES... | file OFFSET "PATH"',
    read: (line, state) => readFru(line, state),
  },
  mc_dump_fru_data: {
    usage: 'mc_dump_fru_data MC FRU',
    read: (line, state) => {
      readMc(line, state)
      readByte(line, 'FRU device')
      return 'other'
    },
  },
  mc_set_power: {
    usage: 'mc_set_power MC VALUE EVENT',
    read: (line, state) => {
      readMc(line, state)
      readByte(line, 'value')
      readByte(line, 'event')
      return 'other'
    },
  },
  mc_set_num_leds: {
    usage: 'mc_set_num_leds MC COUNT',
    read: (line, state) => {
      readMc(line, state)
      line.integer('number of LEDs', 0, 8)
      return 'other'
    },
  },
}

function ofMc(usage: string): EmuCommand {
  return {
    usage,
    read: (line, state) => {
      readMc(line, state)
      return 'other'
    },
  }
}

function readMcAdd(line: Arguments, state: EmulatorState, at: SourceRange): 'other' | undefined {
  const mc = readByte(line, 'IPMB address')
  const deviceId = readByte(line, 'device ID')
  const sdrs = line.oneOf('device SDRs', ['has-device-sdrs', 'no-device-sdrs', '1', '0'])
  const revision = readByte(line, 'device revision')
  const firmwareMajor = readByte(line, 'major firmware revision')
  const firmwareMinor = readByte(line, 'minor firmware revision')
  const deviceSupport = readByte(line, 'device support')
  const manufacturerId = line.integer('manufacturer', 0, 0xffffff)
  const productId = line.integer('product', 0, 0xffff)
  for (const word of line.words()) line.choose(word, 'option', ['dynsens', 'persist_sdr'])
  if (mc === undefined || deviceId === undefined || sdrs === undefined || revision === undefined) return undefined
  if (firmwareMajor === undefined || firmwareMinor === undefined || deviceSupport === undefined) return undefined
  if (manufacturerId === undefined || productId === undefined) return undefined
  if (state.identities.has(mc)) {
    return line.wrong(at, `MC 0x${mc.toString(16)} was added before; remove one of the two lines`)
  }
  state.mcs.add(mc)
  // The fields' widths on the wire: four and seven bits (IPMI 2.0 Table 20-2).
  const identity: IdentityConfig = {
    deviceId,
    deviceRevision: revision & 0x0f,
    providesDeviceSdrs: sdrs === 'has-device-sdrs' || sdrs === '1',
    firmwareMajor: firmwareMajor & 0x7f,
    firmwareMinor,
    deviceSupport,
    manufacturerId,
    productId,
    guid: undefined,
  }
  state.identities.set(mc, identity)
  return mc === state.bmc ? undefined : 'other'
}

/** A whole SDR: the fifth byte of its header counts what follows the header (IPMI 2.0 §43, Table 43-1). */
function readSdr(line: Arguments): Uint8Array | undefined {
  const at = line.here()
  const record = readBytes(line)
  if (record === undefined) return undefined
  if (record.length < 5) return line.wrong(at, `an SDR has a header of 5 bytes; here are ${record.length}`)
  const following = record.length - 5
  if (record[4] === following) return record
  return line.wrong(at, `byte 5 of this SDR says that ${record[4]} bytes follow its header, and ${following} do`)
}

function readFru(line: Arguments, state: EmulatorState) {
  const mc = readMc(line, state)
  const device = line.integer('FRU device', 0, 254)
  const size = line.integer('size', 0, MAX_FRU_BYTES)
  const form = line.oneOf('kind', ['data', 'file'])
  if (form === 'file') {
    line.integer('offset', 0, 0xffffffff)
    line.string('path')
    return 'other'
  }
  if (form === undefined) return undefined
  const at = line.here()
  const bytes = readBytes(line)
  if (mc === undefined || device === undefined || size === undefined || bytes === undefined) return undefined
  if (bytes.length > size) return line.wrong(at, `${bytes.length} bytes do not fit into a FRU of ${size}`)
  const data = new Uint8Array(size)
  data.set(bytes)
  return { kind: 'fru-data', mc, device, data } as const
}
