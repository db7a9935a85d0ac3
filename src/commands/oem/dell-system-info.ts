import { DecodeError, Writer } from '../../base/bytes.ts'
import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { empty, flag, layout, pad, rest, u8 } from '../../ipmi/layout.ts'
import { command } from '../command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported } from '../set-in-progress.ts'
import { getSystemInfoParameters, setSystemInfoParameters } from '../system-info.ts'
import { lcdConfiguration, lcdStatus, lcdText, setLcdConfiguration, setLcdStatus, setLcdText } from './dell-lcd.ts'
import { capacityOf } from './dell-power.ts'
import { factsOf } from './maker.ts'

/** The system info parameters from C0h on, "OEM" in IPMI 2.0 Table 22-16c: names, numbers, power and the front panel. */

const PARAMETER_REVISION = 0x11
const FIRST_OEM = 0xc0
const BLOCK = 16

interface Asked {
  readonly set: number
  /** Behind the request as the specification has it: where to read, and how much. */
  readonly offset: number
  readonly count: number
}

type Parameter = (bmc: Bmc, asked: Asked) => Uint8Array | Promise<Uint8Array>

const parameters: ReadonlyMap<number, Parameter> = new Map<number, Parameter>([
  [0xc1, (bmc, { set }) => textBlock(lcdText(bmc), set)],
  [0xc2, (bmc) => lcdConfiguration(bmc)],
  [0xc3, ({ guid }) => Uint8Array.of(guid.length, ...leastFirst(guid))],
  [0xc4, (bmc) => Uint8Array.of(bmc.dcmi.assetTag.bytes.length, ...bmc.dcmi.assetTag.bytes)],
  [0xc5, (bmc) => shortText(factsOf(bmc, 'dell').serviceTag)],
  [0xc6, (bmc) => shortText(factsOf(bmc, 'dell').serviceTag)],
  [0xc8, (bmc) => shortText(factsOf(bmc, 'dell').boardRevision)],
  [0xcb, (bmc) => Uint8Array.of(nicsOf(bmc).length, ...nicsOf(bmc).flatMap((mac) => [...mac]))],
  // Printable ASCII, one line of 62 characters.
  [0xcf, () => Uint8Array.of(1, 1, 62, 0, 0, 0)],
  [0xd1, (bmc, { set }) => textBlock(bytesOf(factsOf(bmc, 'dell').model), set)],
  [0xda, (bmc, { offset, count }) => nicRecords(bmc, offset, count)],
  [0xdd, (bmc, { set }) => controllerInfo(bmc, set)],
  [0xe7, (bmc) => lcdStatus(bmc)],
  [0xea, (bmc) => powerCap(bmc)],
  [0xeb, (bmc) => numbers(statistics(bmc).map(({ average }) => average))],
  [0xec, (bmc) => extremes(bmc, 'maximum')],
  [0xed, (bmc) => extremes(bmc, 'minimum')],
  [0xf4, (bmc) => Uint8Array.of(factsOf(bmc, 'dell').systemRevision)],
])

/** Those that can be set. */
const writers: ReadonlyMap<number, (bmc: Bmc, data: Uint8Array) => void> = new Map([
  [0xc1, setLcdText],
  [0xc2, setLcdConfiguration],
  [0xe7, setLcdStatus],
  [0xea, setPowerCap],
])

export const dellGetSystemInfo = command({
  ...getSystemInfoParameters,
  codes: getParameterCodes,
  request: layout({ revisionOnly: flag, reserved: pad(7), parameter: u8, set: u8, block: u8, more: rest }),
  response: layout({ revision: u8, data: rest }),
  handle(context, { revisionOnly, parameter, set, block, more }) {
    if (parameter < FIRST_OEM) {
      if (more.length > 0) throw new DecodeError('length', 'four bytes wanted')
      return getSystemInfoParameters.handle(context, { revisionOnly, parameter, set, block })
    }
    if (more.length > 2) throw new DecodeError('length', 'four bytes wanted, or six')
    const read = parameters.get(parameter)
    if (read === undefined) throw parameterNotSupported(parameter)
    if (revisionOnly) return { revision: PARAMETER_REVISION, data: new Uint8Array() }
    const [offset = 0, count = 0] = more
    const data = read(context.bmc, { set, offset, count })
    if (!(data instanceof Promise)) return { revision: PARAMETER_REVISION, data }
    return data.then((bytes) => ({ revision: PARAMETER_REVISION, data: bytes }))
  },
})

export const dellSetSystemInfo = command({
  ...setSystemInfoParameters,
  codes: parameterCodes,
  request: layout({ parameter: u8, data: rest }),
  response: empty,
  handle(context, { parameter, data }) {
    if (parameter < FIRST_OEM) return setSystemInfoParameters.handle(context, { parameter, data })
    const write = writers.get(parameter)
    if (write === undefined) throw parameterNotSupported(parameter)
    write(context.bmc, data)
  },
})

function bytesOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'latin1'))
}

/** Its length in front. */
function shortText(text: string): Uint8Array {
  const bytes = bytesOf(text)
  return Uint8Array.of(bytes.length, ...bytes)
}

/** Block 0 begins with encoding (0: ASCII) and length, as the texts of the specification do. */
function textBlock(text: Uint8Array, set: number): Uint8Array {
  const whole = Uint8Array.of(0, text.length, ...text)
  return Uint8Array.of(set, ...blockOf(whole, set))
}

/** Filled with zeros to 16 bytes. */
function blockOf(whole: Uint8Array, set: number): Uint8Array {
  const from = set * BLOCK
  if (from >= whole.length) throw new BmcError('out-of-range', `there is no block ${set}`)
  const block = new Uint8Array(BLOCK)
  block.set(whole.subarray(from, from + BLOCK))
  return block
}

/** A GUID in the order of IPMI 2.0 §20.8, of one in SMBIOS order: FreeIPMI prints the UUID of the VM then. */
function leastFirst(guid: Uint8Array): readonly number[] {
  const part = (from: number, to: number) => [...guid.subarray(from, to)]
  return [...part(10, 16).reverse(), ...part(8, 10), ...part(6, 8), ...part(4, 6), ...part(0, 4)]
}

function nicsOf(bmc: Bmc): readonly Uint8Array[] {
  return factsOf(bmc, 'dell').nics
}

/** Eight bytes for each: Ethernet, enabled; its number; its MAC. Nothing is asked of them: how many bytes there are. */
function nicRecords(bmc: Bmc, offset: number, count: number): Uint8Array {
  const records = Uint8Array.from(nicsOf(bmc).flatMap((mac, i) => [0, i, ...mac]))
  if (count === 0) return Uint8Array.of(records.length)
  if (offset + count > records.length) throw new BmcError('out-of-range', `there are ${records.length} bytes`)
  return records.slice(offset, offset + count)
}

const IPV4 = 0
const LAN_IP = 3
const LAN_SOURCE = 4
const STATIC_SOURCE = 1
const INFO_SIZE = 41

/** Address, firmware and kind of the controller: 41 bytes, in blocks with their number in front. */
async function controllerInfo(bmc: Bmc, set: number): Promise<Uint8Array> {
  const { firmware, controllerType } = factsOf(bmc, 'dell')
  const [channel] = bmc.channels.lan
  const lan = channel && bmc.lanConfiguration(channel.number)
  const address = (await lan?.get(LAN_IP)) ?? new Uint8Array(4)
  const [source] = (await lan?.get(LAN_SOURCE)) ?? [STATIC_SOURCE]
  const info = new Uint8Array(INFO_SIZE)
  info.set([0, INFO_SIZE, IPV4, source === STATIC_SOURCE ? 1 : 0])
  info.set(address, 4)
  info.set(bytesOf(firmware), 20)
  info[INFO_SIZE - 1] = controllerType
  const from = set * BLOCK
  if (from >= INFO_SIZE) throw new BmcError('out-of-range', `there is no block ${set}`)
  return Uint8Array.of(set, ...info.subarray(from, from + BLOCK))
}

/** Limit, in watts; the most and the least that can be set; power supplies and what they give; no throttling. */
function powerCap(bmc: Bmc): Uint8Array {
  const { supplies, watts } = capacityOf(bmc)
  const writer = new Writer()
  writer.u16le(bmc.dcmi.limit.settings.watts)
  writer.u8(WATTS)
  writer.u16le(watts)
  writer.u16le(bmc.dcmi.meter.idle)
  writer.u8(supplies)
  writer.u16le(watts)
  writer.u8(0)
  writer.u8(0)
  return writer.done()
}

const WATTS = 0
const BTU_PER_HOUR = 1
const BTU_PER_HOUR_OF_A_WATT = 3.413
const CAP_SIZE = 12

/** It is the limit of DCMI. Clients turn percent into watts themselves. */
function setPowerCap(bmc: Bmc, data: Uint8Array): void {
  if (data.length !== CAP_SIZE) throw new DecodeError('length', `${CAP_SIZE} bytes wanted, ${data.length} given`)
  const [low, high, unit] = data
  if (unit !== WATTS && unit !== BTU_PER_HOUR) throw new DecodeError('field', `unit ${unit}`)
  const given = low | (high << 8)
  const watts = unit === WATTS ? given : Math.floor(given / BTU_PER_HOUR_OF_A_WATT)
  const { limit, meter } = bmc.dcmi
  const most = capacityOf(bmc).watts
  if (watts < meter.idle || watts > most) {
    throw new BmcError('out-of-range', `${watts} W; a limit is from ${meter.idle} to ${most} W`)
  }
  limit.set({ ...limit.settings, watts })
}

/** The last minute, hour, day and week, as far as the BMC has been watching. */
const WINDOWS_MS = [60_000, 3_600_000, 86_400_000, 604_800_000]

function statistics({ dcmi: { meter } }: Bmc) {
  return WINDOWS_MS.map((window) => meter.statistics(window))
}

function numbers(watts: readonly number[], seconds: readonly number[] = []): Uint8Array {
  const writer = new Writer()
  for (const one of watts) writer.u16le(one)
  for (const one of seconds) writer.u32le(one)
  return writer.done()
}

function extremes(bmc: Bmc, which: 'minimum' | 'maximum'): Uint8Array {
  const found = statistics(bmc)
  const now = bmc.clock.now()
  const ago = which === 'minimum' ? 'minimumAgoMs' : 'maximumAgoMs'
  return numbers(
    found.map((one) => one[which]),
    found.map((one) => Math.floor((now - one[ago]) / 1000)),
  )
}

export const dellSystemInfoCommands = [dellGetSystemInfo, dellSetSystemInfo]
