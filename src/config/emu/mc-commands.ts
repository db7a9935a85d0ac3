import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import type { EmulatorCommand, IdentityConfig } from '../config.ts'
import type { Arguments } from '../lan-conf/arguments.ts'
import type { SourceRange } from '../source.ts'
import { type EmuCommand, readByte, readBytes, readMc } from './command.ts'
import type { EmulatorState } from './state.ts'

const MAX_FRU_BYTES = 8192
const LAST_FRU = 254

/** Commands that make management controllers and give them a SEL, SDRs and FRUs. */
export const mcCommands: Readonly<Record<string, EmuCommand>> = {
  mc_setbmc: {
    usage: 'mc_setbmc IPMB-ADDRESS',
    read: (line, state) => {
      const at = line.here()
      const mc = readByte(line, 'IPMB address')
      if (mc === undefined) return undefined
      if (mc % 2 !== 0) return line.wrong(at, `IPMB addresses are even (IPMI counts them in eight bits); write 0x20`)
      if (state.running && mc !== state.bmc) {
        return line.wrong(at, 'which MC is the BMC is settled when it starts; write mc_setbmc into the .emu file')
      }
      if (mc !== state.bmc && state.isAdded(state.bmc)) {
        return line.wrong(at, `MC 0x${state.bmc.toString(16)} was added as the BMC; write mc_setbmc before its mc_add`)
      }
      state.chooseBmc(mc)
      return undefined
    },
  },
  mc_add: {
    usage:
      'mc_add IPMB-ADDRESS DEVICE-ID has-device-sdrs|no-device-sdrs REVISION FW-MAJOR FW-MINOR SUPPORT MANUFACTURER PRODUCT [dynsens] [persist_sdr]',
    read: (line, state, at) => readMcAdd(line, state, at),
  },
  mc_enable: ofMc('mc-enable', 'mc_enable MC'),
  mc_disable: ofMc('mc-disable', 'mc_disable MC'),
  mc_delete: {
    usage: 'mc_delete MC',
    read: (line, state, at) => {
      const mc = readMc(line, state)
      if (mc === undefined) return undefined
      if (mc === state.bmc) return line.wrong(at, 'this is the BMC itself; end it with "bmcsim down"')
      state.deleteMc(mc)
      return { kind: 'mc-delete', mc }
    },
  },
  mc_set_guid: {
    usage: 'mc_set_guid MC 32-HEX-DIGITS-OR-UUID',
    read: (line, state) => {
      const mc = readMc(line, state)
      const guid = line.guid()
      return mc === undefined || guid === undefined ? undefined : { kind: 'mc-guid', mc, guid }
    },
  },
  sel_enable: {
    usage: 'sel_enable MC CAPACITY FLAGS',
    read: (line, state) => {
      const mc = readMc(line, state)
      const capacity = line.integer('capacity', 0, 0xffff)
      const flags = readByte(line, 'flags')
      if (mc === undefined || capacity === undefined || flags === undefined) return undefined
      state.enableSel(mc)
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
      if (!state.hasSel(mc)) return line.wrong(at, 'this MC has no SEL yet; write sel_enable before this line')
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
      if (!state.hasDeviceSdrs(mc)) {
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
      const mc = readMc(line, state)
      const device = line.integer('FRU device', 0, LAST_FRU)
      return mc === undefined || device === undefined ? undefined : { kind: 'fru-dump', mc, device }
    },
  },
}

function ofMc(kind: 'mc-enable' | 'mc-disable', usage: string): EmuCommand {
  return {
    usage,
    read: (line, state) => {
      const mc = readMc(line, state)
      return mc === undefined ? undefined : { kind, mc }
    },
  }
}

function readMcAdd(line: Arguments, state: EmulatorState, at: SourceRange): EmulatorCommand | undefined {
  const here = line.here()
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
  if (mc % 2 !== 0) return line.wrong(here, 'IPMB addresses are even (IPMI counts them in eight bits)')
  if (state.isAdded(mc)) {
    return line.wrong(at, `MC 0x${mc.toString(16)} was added before; remove one of the two lines`)
  }
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
  state.addMc(mc, identity)
  return { kind: 'mc-add', mc, identity }
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

function readFru(line: Arguments, state: EmulatorState): EmulatorCommand | undefined {
  const mc = readMc(line, state)
  const device = line.integer('FRU device', 0, LAST_FRU)
  const size = line.integer('size', 0, MAX_FRU_BYTES)
  const form = line.oneOf('kind', ['data', 'file'])
  if (form === 'file') {
    const offset = line.integer('offset', 0, 0x7fffffff)
    const path = line.string('path')
    if (mc === undefined || device === undefined || size === undefined) return undefined
    if (offset === undefined || path === undefined || !state.allows('files', path.at)) return undefined
    if (statSync(resolve(state.cwd, path.text), { throwIfNoEntry: false })?.isFile() !== true) {
      return line.wrong(path.at, `"${path.text}" is no file; make it first: truncate -s ${offset + size} FILE`)
    }
    return { kind: 'fru-file', mc, device, size, offset, path: path.text }
  }
  if (form === undefined) return undefined
  const at = line.here()
  const bytes = readBytes(line)
  if (mc === undefined || device === undefined || size === undefined || bytes === undefined) return undefined
  if (bytes.length > size) return line.wrong(at, `${bytes.length} bytes do not fit into a FRU of ${size}`)
  const data = new Uint8Array(size)
  data.set(bytes)
  return { kind: 'fru-data', mc, device, data }
}
