import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { Sol } from '../bmc/sol/sol.ts'
import { type SolParameters, solBitRates } from '../bmc/sol/sol-configuration.ts'
import { bits, empty, flag, layout, pad, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { PrivilegeLevel, privilegeOf } from '../ipmi/privilege.ts'
import { CompletionError, command, type Requester } from './command.ts'
import { getParameterCodes, parameterCodes, parameterNotSupported, writeSetInProgress } from './set-in-progress.ts'

/** SOL configuration (IPMI 2.0 §26.2, §26.3, Table 26-5). */

const PARAMETER_REVISION = 0x11
const RMCP_PORT = 623

const Parameter = {
  setInProgress: 0,
  enable: 1,
  authentication: 2,
  accumulate: 3,
  retry: 4,
  bitRate: 5,
  volatileBitRate: 6,
  channel: 7,
  port: 8,
} as const

export const setSolConfigurationParameters = command({
  netFn: NetFn.Transport,
  cmd: 0x21,
  name: 'Set SOL Configuration Parameters',
  spec: '26.2',
  privilege: 'Administrator',
  codes: parameterCodes,
  request: layout({ reserved: pad(4), channel: bits(4), parameter: u8, data: rest }),
  response: empty,
  handle({ bmc, by }, { channel, parameter, data }) {
    if (bmc.channels.resolve(channel, by)?.medium !== 'lan') throw noSuchChannel(channel)
    if (parameter === Parameter.setInProgress) {
      // There is nothing to roll back: what was written counts at once, and "commit" finds it done.
      writeSetInProgress(bmc.sol.setInProgress, by, data)
      return
    }
    bmc.sol.setInProgress.touch()
    set(bmc.sol, parameter, data)
  },
})

export const getSolConfigurationParameters = command({
  netFn: NetFn.Transport,
  cmd: 0x22,
  name: 'Get SOL Configuration Parameters',
  spec: '26.3',
  privilege: 'User',
  codes: getParameterCodes,
  request: layout({ revisionOnly: flag, reserved: pad(3), channel: bits(4), parameter: u8, set: u8, block: u8 }),
  response: layout({ revision: u8, data: rest }),
  handle({ bmc, by }, { revisionOnly, channel, parameter }) {
    if (bmc.channels.resolve(channel, by)?.medium !== 'lan') throw noSuchChannel(channel)
    const value = get(bmc.sol, parameter, by)
    return { revision: PARAMETER_REVISION, data: revisionOnly ? new Uint8Array() : Uint8Array.from(value) }
  },
})

export const solCommands = [setSolConfigurationParameters, getSolConfigurationParameters]

function get(sol: Sol, parameter: number, by: Requester): readonly number[] {
  const { config } = sol
  const now = config.parameters
  switch (parameter) {
    case Parameter.setInProgress:
      return [sol.setInProgress.active ? 1 : 0]
    case Parameter.enable:
      // Without a console there is nothing to enable: Activate Payload says 81h then, and so does this.
      return [sol.supported && now.enabled ? 1 : 0]
    case Parameter.authentication:
      return [(now.forceEncryption ? 0x80 : 0) | (now.forceAuthentication ? 0x40 : 0) | PrivilegeLevel[now.privilege]]
    case Parameter.accumulate:
      return [now.accumulateInterval, now.sendThreshold]
    case Parameter.retry:
      return [now.retryCount, now.retryInterval]
    case Parameter.bitRate:
      return [now.bitRate]
    case Parameter.volatileBitRate:
      return [config.volatileBitRate]
    case Parameter.channel:
      return [sol.channel]
    case Parameter.port: {
      const port = by.session?.localPort ?? RMCP_PORT
      return [port & 0xff, port >> 8]
    }
    default:
      throw parameterNotSupported(parameter)
  }
}

function set({ config }: Sol, parameter: number, data: Uint8Array): void {
  if (parameter === Parameter.volatileBitRate) config.volatileBitRate = bitRate(data)
  else config.change(changes(parameter, data))
}

function changes(parameter: number, data: Uint8Array): Partial<SolParameters> {
  switch (parameter) {
    case Parameter.enable:
      return { enabled: (one(data) & 0x01) !== 0 }
    case Parameter.authentication: {
      const byte = one(data)
      const privilege = privilegeOf(byte & 0x0f)
      if (privilege === undefined || privilege === 'Callback') throw new DecodeError('field', 'not a level for SOL')
      return { forceEncryption: (byte & 0x80) !== 0, forceAuthentication: (byte & 0x40) !== 0, privilege }
    }
    case Parameter.accumulate: {
      const [accumulateInterval, sendThreshold] = two(data)
      return { accumulateInterval, sendThreshold }
    }
    case Parameter.retry: {
      const [count, retryInterval] = two(data)
      return { retryCount: count & 0x07, retryInterval }
    }
    case Parameter.bitRate:
      return { bitRate: bitRate(data) }
    case Parameter.channel:
    case Parameter.port:
      throw new CompletionError(parameterCodes.readOnly, `parameter ${parameter} is read-only`)
    default:
      throw parameterNotSupported(parameter)
  }
}

/** 0 leaves the rate to the serial channel; the rest are numbers of Table 26-5. */
function bitRate(data: Uint8Array): number {
  const number = one(data) & 0x0f
  if (number === 0 || Object.values<number>(solBitRates).includes(number)) return number
  throw new DecodeError('field', `bit rate ${number} is reserved`)
}

function one(data: Uint8Array): number {
  return exactly(data, 1)[0]
}

function two(data: Uint8Array): readonly [number, number] {
  const [first, second] = exactly(data, 2)
  return [first, second]
}

function exactly(data: Uint8Array, count: number): Uint8Array {
  if (data.length !== count) throw new DecodeError('length', `${count} bytes wanted, ${data.length} given`)
  return data
}

function noSuchChannel(channel: number): BmcError {
  return new BmcError('invalid-field', `channel ${channel} is no LAN channel`)
}
