import { type WatchdogUse, watchdogActions, watchdogInterrupts, watchdogUses } from '../bmc/power/watchdog.ts'
import { bits, empty, flag, layout, oneOf, pad, u8, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'

/** The watchdog timer (IPMI 2.0 chapter 27). */

export const resetWatchdogCodes = { uninitialized: 0x80 } as const

export const resetWatchdogTimer = command({
  netFn: NetFn.App,
  cmd: 0x22,
  name: 'Reset Watchdog Timer',
  spec: '27.5',
  privilege: 'Operator',
  codes: resetWatchdogCodes,
  request: empty,
  response: empty,
  handle({ bmc }) {
    if (bmc.watchdog.restart()) return
    throw new CompletionError(resetWatchdogCodes.uninitialized, 'the watchdog was never set')
  },
})

/** Byte 4, one bit for each use; the same in the request (clear) and in the answer of Get (expired). */
const expirations = {
  reserved3: pad(2),
  oem: flag,
  smsOs: flag,
  osLoad: flag,
  biosPost: flag,
  biosFrb2: flag,
  reserved4: pad(1),
}

const actions = {
  reserved: pad(1),
  interrupt: oneOf(bits(3), watchdogInterrupts),
  reserved2: pad(1),
  action: oneOf(bits(3), watchdogActions),
  preTimeoutS: u8,
}

export const setWatchdogTimer = command({
  netFn: NetFn.App,
  cmd: 0x24,
  name: 'Set Watchdog Timer',
  spec: '27.6',
  privilege: 'Operator',
  request: layout({
    dontLog: flag,
    dontStop: flag,
    reserved1: pad(3),
    use: oneOf(bits(3), watchdogUses),
    ...actions,
    ...expirations,
    countdown: u16le,
  }),
  response: empty,
  handle({ bmc }, { dontStop, oem, smsOs, osLoad, biosPost, biosFrb2, ...settings }) {
    const marked: readonly (readonly [boolean, WatchdogUse])[] = [
      [biosFrb2, 'BIOS FRB2'],
      [biosPost, 'BIOS/POST'],
      [osLoad, 'OS load'],
      [smsOs, 'SMS/OS'],
      [oem, 'OEM'],
    ]
    const clear = marked.filter(([on]) => on).map(([, use]) => use)
    bmc.watchdog.set(settings, dontStop, clear)
  },
})

export const getWatchdogTimer = command({
  netFn: NetFn.App,
  cmd: 0x25,
  name: 'Get Watchdog Timer',
  spec: '27.7',
  privilege: 'User',
  request: empty,
  response: layout({
    dontLog: flag,
    running: flag,
    reserved1: pad(3),
    use: oneOf(bits(3), { none: 0, ...watchdogUses }),
    ...actions,
    ...expirations,
    countdown: u16le,
    present: u16le,
  }),
  handle({ bmc: { watchdog } }) {
    return {
      ...(watchdog.settings ?? neverSet),
      running: watchdog.running,
      oem: watchdog.hasExpired('OEM'),
      smsOs: watchdog.hasExpired('SMS/OS'),
      osLoad: watchdog.hasExpired('OS load'),
      biosPost: watchdog.hasExpired('BIOS/POST'),
      biosFrb2: watchdog.hasExpired('BIOS FRB2'),
      present: watchdog.present,
    }
  },
})

const neverSet = {
  dontLog: false,
  use: 'none',
  interrupt: 'none',
  action: 'none',
  preTimeoutS: 0,
  countdown: 0,
} as const

export const watchdogCommands = [resetWatchdogTimer, setWatchdogTimer, getWatchdogTimer]
