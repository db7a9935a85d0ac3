import { SetupError } from '../../base/errors.ts'
import type { LanChannelConfig } from '../../config/config.ts'
import { openSocket } from '../../lan/udp-socket.ts'
import { isWildcard, resolved } from './home-address.ts'
import { type Bound, openAddress } from './lan-ports.ts'

/**
 * Whether a channel could have its addresses, without taking them: gives what is in the way. `leaving`: what others answer on
 * that will be gone by then. Of addresses that would first be added to an interface nothing can be said.
 */
export async function addressObstacles(
  { addresses, alias, namespace }: LanChannelConfig,
  node: string,
  leaving: readonly Bound[],
): Promise<string[]> {
  if (alias !== undefined || namespace !== undefined) return []
  const obstacles: string[] = []
  for (const address of addresses) {
    try {
      await openAddress(address, node, async (host, port) => {
        const bound = { address: await resolved(host), port }
        if (!leaving.some((other) => overlap(bound, other))) {
          const socket = await openSocket(bound.address, port)
          await new Promise<void>((done) => socket.close(done))
        }
        return { listener: undefined, bound }
      })
    } catch (error) {
      if (!(error instanceof SetupError)) throw error
      obstacles.push(error.message)
    }
  }
  return obstacles
}

function overlap(one: Bound, other: Bound): boolean {
  return (
    one.port === other.port && (one.address === other.address || isWildcard(one.address) || isWildcard(other.address))
  )
}
