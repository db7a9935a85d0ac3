import { BmcError } from '../base/errors.ts'
import type { LanConfiguration } from '../bmc/lan/lan-configuration.ts'
import { bits, empty, flag, layout, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, type Context, command } from './command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported, writeSetInProgress } from './set-in-progress.ts'

/** LAN configuration parameters (IPMI 2.0 §23.1, §23.2, Table 23-4). */

const PARAMETER_REVISION = 0x11
const SET_IN_PROGRESS = 0

export const setLanConfigurationParameters = command({
  netFn: NetFn.Transport,
  cmd: 0x01,
  name: 'Set LAN Configuration Parameters',
  spec: '23.1',
  privilege: 'Administrator',
  codes: parameterCodes,
  request: layout({ reserved: pad(4), channel: bits(4), parameter: u8, data: rest }),
  response: empty,
  handle(context, { channel, parameter, data }) {
    const lan = lanOf(context, channel)
    if (parameter === SET_IN_PROGRESS) {
      const wish = writeSetInProgress(lan.setInProgress, context.by, data)
      return wish === 'begin' ? undefined : lan.commit()
    }
    const outcome = lan.set(parameter, data)
    if (outcome === 'unknown') throw parameterNotSupported(parameter)
    if (outcome === 'read-only') {
      throw new CompletionError(parameterCodes.readOnly, `LAN parameter ${parameter} is read-only`)
    }
    return outcome === 'set' ? undefined : outcome.then(() => {})
  },
})

export const getLanConfigurationParameters = command({
  netFn: NetFn.Transport,
  cmd: 0x02,
  name: 'Get LAN Configuration Parameters',
  spec: '23.2',
  privilege: 'Operator',
  codes: getParameterCodes,
  request: layout({ revisionOnly: flag, reserved: pad(3), channel: bits(4), parameter: u8, set: u8, block: u8 }),
  response: layout({ revision: u8, data: rest }),
  handle(context, { revisionOnly, channel, parameter, set }) {
    const lan = lanOf(context, channel)
    if (revisionOnly) return { revision: PARAMETER_REVISION, data: new Uint8Array() }
    const data = lan.get(parameter, set)
    if (data === undefined) throw parameterNotSupported(parameter)
    if (data instanceof Promise) return data.then((later) => ({ revision: PARAMETER_REVISION, data: later }))
    return { revision: PARAMETER_REVISION, data }
  },
})

/** The LAN channel that a request names. */
export function lanOf({ bmc, by }: Context, number: number): LanConfiguration {
  const channel = bmc.channels.resolve(number, by)
  const lan = channel && bmc.lanConfiguration(channel.number)
  if (lan === undefined) throw new BmcError('invalid-field', `channel ${number} is no LAN channel`)
  return lan
}

export const lanConfigurationCommands = [setLanConfigurationParameters, getLanConfigurationParameters]
