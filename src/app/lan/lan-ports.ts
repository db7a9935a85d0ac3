import { errnoOf, messageOf, SetupError } from '../../base/errors.ts'
import type { AddressConfig } from '../../config/config.ts'
import { udpPortOwner } from './port-owner.ts'

/** IPMI's own port (ASF 2.0 §3.2.4), and where `auto` goes on when that one cannot be had. */
export const PRIMARY_PORT = 623
export const FIRST_FREE_PORT = 6230
const PORTS_TRIED = 2000

export interface Bound {
  readonly address: string
  readonly port: number
}

/** What is listened on, and a sentence for the user where that is not what the file says. */
export interface Opened<L> {
  readonly listener: L
  readonly bound: Bound
  readonly note: string | undefined
}

/**
 * Opens one BMC address. `open` binds or rejects with the system's own error.
 *
 * `port: auto` means 623 where the system lets us; an ordinary user is refused ports below 1024 (EACCES), and another BMC may
 * hold it: then the first free port from 6230 on. Loopback addresses other than 127.0.0.1 exist by themselves on Linux
 * only (elsewhere EADDRNOTAVAIL): there 127.0.0.1 and successive ports do.
 */
export async function openAddress<L>(
  config: AddressConfig,
  node: string,
  open: (host: string, port: number) => Promise<{ listener: L; bound: Bound }>,
): Promise<Opened<L>> {
  const wanted = config.port === 'auto' ? PRIMARY_PORT : config.port
  const first = await attempt(open, config.host, wanted)
  if (!('errno' in first)) return { ...first, note: undefined }
  if (config.port !== 'auto') throw explained(config, node, wanted, first)

  if (first.errno === 'EACCES' || first.errno === 'EADDRINUSE') {
    const found = await firstFree(open, config.host)
    if (found !== undefined) {
      // Looking for the owner takes longer than a start: only the first of many nodes on one address does.
      const owner = found.bound.port === FIRST_FREE_PORT ? udpPortOwner(config.host, PRIMARY_PORT) : ''
      const why = first.errno === 'EACCES' ? 'port 623 needs root' : `port 623 is in use${owner}`
      return { ...found, note: `${node}: ${why}; its BMC answers on port ${found.bound.port}` }
    }
  }
  if (first.errno === 'EADDRNOTAVAIL' && config.host.startsWith('127.')) {
    const found = await firstFree(open, '127.0.0.1')
    const why = `${config.host} is not configured on this machine`
    if (found !== undefined) {
      return { ...found, note: `${node}: ${why}; its BMC answers on 127.0.0.1 port ${found.bound.port}` }
    }
  }
  throw explained(config, node, wanted, first)
}

interface Refused {
  readonly errno: string
  readonly error: unknown
}

async function attempt<T>(
  open: (host: string, port: number) => Promise<T>,
  host: string,
  port: number,
): Promise<T | Refused> {
  try {
    return await open(host, port)
  } catch (error) {
    const errno = errnoOf(error)
    if (errno === undefined) throw error
    return { errno, error }
  }
}

async function firstFree<T extends object>(
  open: (host: string, port: number) => Promise<T>,
  host: string,
): Promise<T | undefined> {
  for (let port = FIRST_FREE_PORT; port < FIRST_FREE_PORT + PORTS_TRIED; port++) {
    const got = await attempt(open, host, port)
    if (!('errno' in got)) return got
    if (got.errno !== 'EADDRINUSE') return undefined
  }
  return undefined
}

function explained(config: AddressConfig, node: string, port: number, refused: Refused): SetupError {
  const { file, line } = config.at
  const where = `${node}: cannot answer on ${config.host} UDP port ${port}`
  const place = `${file}:${line}`
  const cause = { cause: refused.error }
  switch (refused.errno) {
    case 'EADDRINUSE':
      return new SetupError(
        `${where}: it is in use${udpPortOwner(config.host, port)}. Stop that program, or write another address or port in ${place}`,
        cause,
      )
    case 'EACCES':
      return new SetupError(
        `${where}: ports below 1024 need root. Start as root, or write a port from 1024 up (or auto, in YAML) in ${place}`,
        cause,
      )
    case 'EADDRNOTAVAIL':
      return new SetupError(
        `${where}: the address is not on this machine. Add it (ip addr add ${config.host}/32 dev lo), or write another one in ${place}`,
        cause,
      )
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new SetupError(`${where}: the name has no address. Write another one in ${place}`, cause)
    default:
      return new SetupError(`${where}: ${messageOf(refused.error)}. See ${place}`, cause)
  }
}
