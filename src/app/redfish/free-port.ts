import { errnoOf, messageOf, SetupError } from '../../base/errors.ts'
import type { RedfishConfig } from '../../config/config.ts'
import type { Bound } from '../../web/redfish-door.ts'

const HTTPS_PORT = 443
export const FIRST_FREE_PORT = 8443
const PORTS_TRIED = 2000

/**
 * Opens the HTTPS port of one address. `auto` is 443 where the system allows, else the first free one from `from` on; undefined where there is none,
 * which is no reason not to start.
 */
export async function openHttps(
  { port, at }: RedfishConfig,
  host: string,
  from: number,
  node: string,
  listen: (host: string, port: number) => Promise<Bound>,
): Promise<Bound | undefined> {
  if (port !== 'auto') {
    try {
      return await listen(host, port)
    } catch (error) {
      throw new SetupError(
        `${node}: cannot serve Redfish on ${host} TCP port ${port}: ${whyNotServed(error)}. Write another port, or redfish: false, in ${at.file}:${at.line}`,
        { cause: error },
      )
    }
  }
  for (const tried of candidates(from)) {
    try {
      return await listen(host, tried)
    } catch (error) {
      const errno = errnoOf(error)
      if (errno !== 'EADDRINUSE' && errno !== 'EACCES') return undefined
    }
  }
  return undefined
}

function* candidates(from: number): Iterable<number> {
  yield HTTPS_PORT
  for (let port = from; port < FIRST_FREE_PORT + PORTS_TRIED; port++) yield port
}

/** Why a port cannot be had, in words. */
export function whyNotServed(error: unknown): string {
  switch (errnoOf(error)) {
    case 'EADDRINUSE':
      return 'it is in use'
    case 'EACCES':
      return 'ports below 1024 need root'
    case 'EADDRNOTAVAIL':
      return 'the address is not on this machine'
    default:
      return messageOf(error)
  }
}
