import { EVENT_FILTERS, PefParameter, pefActions } from '../bmc/pef/pef-configuration.ts'
import { bits, empty, flag, layout, oneOf, pad, rest, u8, u16le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported, writeSetInProgress } from './set-in-progress.ts'

/** Platform event filtering (IPMI 2.0 §30.1 to §30.6). */

/** 1.5, in BCD with the tenths high: the version of IPMI 1.5 and 2.0. */
const PEF_VERSION = 0x51
const PARAMETER_REVISION = 0x11

export const getPefCapabilities = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x10,
  name: 'Get PEF Capabilities',
  spec: '30.1',
  privilege: 'User',
  request: empty,
  /** Bit 7 of the actions would be: OEM records are filtered too. */
  response: layout({ version: u8, actions: u8, filters: u8 }),
  handle: () => ({ version: PEF_VERSION, actions: pefActions, filters: EVENT_FILTERS }),
})

const GET_COUNTDOWN = 0xff

export const armPefPostponeTimer = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x11,
  name: 'Arm PEF Postpone Timer',
  spec: '30.2',
  privilege: 'Administrator',
  request: layout({ timeout: u8 }),
  response: layout({ present: u8 }),
  handle({ bmc }, { timeout }) {
    if (timeout !== GET_COUNTDOWN) bmc.pef.arm(timeout)
    return { present: bmc.pef.postpone.present }
  },
})

export const setPefConfigurationParameters = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x12,
  name: 'Set PEF Configuration Parameters',
  spec: '30.3',
  privilege: 'Administrator',
  codes: parameterCodes,
  request: layout({ reserved: pad(1), parameter: bits(7), data: rest }),
  response: empty,
  handle({ bmc, by }, { parameter, data }) {
    const { configuration } = bmc.pef
    // There is nothing to roll back: what was written counts at once, and "commit" finds it done.
    if (parameter === PefParameter.setInProgress) {
      writeSetInProgress(configuration.setInProgress, by, data)
      return
    }
    const wasEnabled = configuration.enabled
    const outcome = configuration.set(parameter, data)
    if (outcome === 'unknown') throw parameterNotSupported(parameter)
    if (outcome === 'read-only') {
      throw new CompletionError(parameterCodes.readOnly, `PEF parameter ${parameter} is read-only`)
    }
    bmc.pef.configured(wasEnabled)
  },
})

export const getPefConfigurationParameters = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x13,
  name: 'Get PEF Configuration Parameters',
  spec: '30.4',
  privilege: 'Operator',
  codes: getParameterCodes,
  request: layout({ revisionOnly: flag, parameter: bits(7), set: u8, block: u8 }),
  response: layout({ revision: u8, data: rest }),
  handle({ bmc }, { revisionOnly, parameter, set, block }) {
    if (revisionOnly) return { revision: PARAMETER_REVISION, data: new Uint8Array() }
    const data = bmc.pef.configuration.get(parameter, set, block)
    if (data === undefined) throw parameterNotSupported(parameter)
    return { revision: PARAMETER_REVISION, data }
  },
})

export const setLastProcessedEventId = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x14,
  name: 'Set Last Processed Event ID',
  spec: '30.5',
  privilege: 'Administrator',
  request: layout({ reserved: pad(7), who: oneOf(bits(1), { software: 0, BMC: 1 }), id: u16le }),
  response: empty,
  handle: ({ bmc }, { who, id }) => bmc.pef.setLastProcessed(who, id),
})

export const getLastProcessedEventId = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x15,
  name: 'Get Last Processed Event ID',
  spec: '30.6',
  privilege: 'Administrator',
  request: empty,
  response: layout({ lastAdded: u32le, newest: u16le, software: u16le, bmc: u16le }),
  handle({ bmc }) {
    const { newest, software, bmc: byBmc } = bmc.pef.progress
    return { lastAdded: bmc.sel.lastAdded, newest, software, bmc: byBmc }
  },
})

export const pefCommands = [
  getPefCapabilities,
  armPefPostponeTimer,
  setPefConfigurationParameters,
  getPefConfigurationParameters,
  setLastProcessedEventId,
  getLastProcessedEventId,
]
