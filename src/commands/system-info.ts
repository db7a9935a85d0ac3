import { empty, flag, layout, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported, writeSetInProgress } from './set-in-progress.ts'

/** System info parameters (IPMI 2.0 §22.14a, §22.14b): names of the system, its firmware and its operating system. */

const PARAMETER_REVISION = 0x11
const SET_IN_PROGRESS = 0

export const setSystemInfoParameters = command({
  netFn: NetFn.App,
  cmd: 0x58,
  name: 'Set System Info Parameters',
  spec: '22.14a',
  privilege: 'Administrator',
  codes: parameterCodes,
  request: layout({ parameter: u8, data: rest }),
  response: empty,
  handle({ bmc, by }, { parameter, data }) {
    const info = bmc.systemInfo
    if (parameter === SET_IN_PROGRESS) writeSetInProgress(info.setInProgress, by, data)
    else if (info.has(parameter)) info.setBlock(parameter, data)
    else throw parameterNotSupported(parameter)
  },
})

export const getSystemInfoParameters = command({
  netFn: NetFn.App,
  cmd: 0x59,
  name: 'Get System Info Parameters',
  spec: '22.14b',
  privilege: 'User',
  codes: getParameterCodes,
  request: layout({ revisionOnly: flag, reserved: pad(7), parameter: u8, set: u8, block: u8 }),
  response: layout({ revision: u8, data: rest }),
  handle({ bmc }, { revisionOnly, parameter, set }) {
    const info = bmc.systemInfo
    const locked = parameter === SET_IN_PROGRESS
    if (!locked && !info.has(parameter)) throw parameterNotSupported(parameter)
    if (revisionOnly) return { revision: PARAMETER_REVISION, data: new Uint8Array() }
    const data = locked ? Uint8Array.of(info.setInProgress.active ? 1 : 0) : info.block(parameter, set)
    return { revision: PARAMETER_REVISION, data }
  },
})

export const systemInfoCommands = [setSystemInfoParameters, getSystemInfoParameters]
