import { BootParameter } from '../bmc/power/boot-options.ts'
import { bits, empty, flag, layout, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported, writeSetInProgress } from './set-in-progress.ts'

/** System boot options (IPMI 2.0 §28.12, §28.13, Table 28-14). */

const PARAMETER_VERSION = 1

export const setSystemBootOptions = command({
  netFn: NetFn.Chassis,
  cmd: 0x08,
  name: 'Set System Boot Options',
  spec: '28.12',
  privilege: 'Operator',
  codes: parameterCodes,
  request: layout({ invalid: flag, parameter: bits(7), data: rest }),
  response: empty,
  handle({ bmc, by }, { invalid, parameter, data }) {
    // There is nothing to roll back: what was written counts at once, and "commit" finds it done.
    if (parameter === BootParameter.setInProgress) writeSetInProgress(bmc.boot.setInProgress, by, data)
    else if (!bmc.boot.set(parameter, invalid, data)) throw parameterNotSupported(parameter)
  },
})

export const getSystemBootOptions = command({
  netFn: NetFn.Chassis,
  cmd: 0x09,
  name: 'Get System Boot Options',
  spec: '28.13',
  privilege: 'Operator',
  codes: getParameterCodes,
  request: layout({ reserved: pad(1), parameter: bits(7), set: u8, block: u8 }),
  response: layout({ reserved: pad(4), version: bits(4), invalid: flag, parameter: bits(7), data: rest }),
  handle({ bmc }, { parameter, set }) {
    const value = bmc.boot.parameter(parameter, set)
    if (value === undefined) throw parameterNotSupported(parameter)
    return { version: PARAMETER_VERSION, invalid: !value.valid, parameter, data: value.data }
  },
})

export const bootOptionsCommands = [setSystemBootOptions, getSystemBootOptions]
