import { BmcError } from '../base/errors.ts'
import { empty, flag, layout, oneOf, pad, u8, u16le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'
import { averagingPeriods, DCMI } from './dcmi.ts'

/** DCMI 1.5 §6.6: power readings and the power limit. */

const modes = { statistics: 1, 'rolling averages': 2 } as const

/** Units of a rolling average, bits 7:6 of its period (Table 6-3, parameter 5). */
const PERIOD_UNITS_S = [1, 60, 3600, 86_400] as const

export const getPowerReading = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x02,
  name: 'Get Power Reading',
  spec: '6.6.1',
  privilege: 'User',
  request: layout({ mode: oneOf(u8, modes), period: u8, reserved: u8 }),
  response: layout({
    current: u16le,
    minimum: u16le,
    maximum: u16le,
    average: u16le,
    timestamp: u32le,
    periodMs: u32le,
    reserved: pad(1),
    active: flag,
    reserved2: pad(6),
  }),
  handle({ bmc }, { mode, period }) {
    const { meter } = bmc.dcmi
    const timestamp = Math.floor(bmc.clock.now() / 1000)
    if (mode === 'statistics') return { ...meter.statistics(), timestamp, active: true }
    // A rolling average names its period as it was asked for, not in milliseconds.
    return { ...meter.statistics(rollingMs(period)), periodMs: period, timestamp, active: true }
  },
})

function rollingMs(period: number): number {
  if (!averagingPeriods.some((known) => known === period)) {
    throw new BmcError('invalid-field', `there is no rolling average over period ${period}`)
  }
  return (period & 0x3f) * PERIOD_UNITS_S[period >> 6] * 1000
}

const exceptions = { none: 0x00, 'power off': 0x01, log: 0x11 } as const

export const getPowerLimitCodes = { noActiveLimit: 0x80 } as const

export const getPowerLimit = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x03,
  name: 'Get Power Limit',
  spec: '6.6.2',
  privilege: 'User',
  codes: getPowerLimitCodes,
  request: layout({ reserved: u16le }),
  response: layout({
    reserved: pad(16),
    exception: oneOf(u8, exceptions),
    watts: u16le,
    correctionMs: u32le,
    reserved2: pad(16),
    samplingS: u16le,
  }),
  handle({ bmc }) {
    const { active, settings } = bmc.dcmi.limit
    if (active) return settings
    // ipmitool 1.8.19 wants the values with this code: to print them, and to change one of them.
    throw new CompletionError(getPowerLimitCodes.noActiveLimit, 'no power limit is active', settings)
  },
})

export const setPowerLimitCodes = {
  limitOutOfRange: 0x84,
  correctionOutOfRange: 0x85,
  samplingOutOfRange: 0x89,
} as const

export const setPowerLimit = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x04,
  name: 'Set Power Limit',
  spec: '6.6.3',
  privilege: 'Operator',
  codes: setPowerLimitCodes,
  request: layout({
    reserved: pad(24),
    exception: oneOf(u8, exceptions),
    watts: u16le,
    correctionMs: u32le,
    reserved2: pad(16),
    samplingS: u16le,
  }),
  response: empty,
  handle({ bmc }, settings) {
    const codes = setPowerLimitCodes
    if (settings.watts === 0) throw new CompletionError(codes.limitOutOfRange, 'a limit of 0 W')
    if (settings.correctionMs === 0) throw new CompletionError(codes.correctionOutOfRange, 'no time to correct it')
    if (settings.samplingS === 0) throw new CompletionError(codes.samplingOutOfRange, 'a sampling period of 0 s')
    bmc.dcmi.limit.set(settings)
  },
})

export const activatePowerLimit = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x05,
  name: 'Activate/Deactivate Power Limit',
  spec: '6.6.4',
  privilege: 'Operator',
  request: layout({ activation: oneOf(u8, { deactivate: 0, activate: 1 }), reserved: u16le }),
  response: empty,
  handle: ({ bmc }, { activation }) => bmc.dcmi.limit.setActive(activation === 'activate'),
})

export const dcmiPowerCommands = [getPowerReading, getPowerLimit, setPowerLimit, activatePowerLimit]
