import { Guest, guestIsMissing } from './guest.ts'
import type { Measure } from './measure.ts'

/** A request of a guest's kernel, all the way: driver, KCS interface, QEMU, VM codec, BMC and back. */
export function inOneGuest(own: string, peer: string): Measure {
  let guest: Promise<Guest> | undefined
  let asked: readonly [number, number] = [Number.NaN, Number.NaN]
  return {
    name: 'Get Device ID of one guest with both BMCs, p50',
    unit: 'us in the guest',
    subjects: [own, peer],
    limits: [{ against: peer, floor: 1.25, goal: 1 }],
    // The guest asks both in turns far shorter than a round.
    rounds: 1,
    missing: guestIsMissing,
    run: async (subject, servers, size) => {
      guest ??= Promise.all([servers.vmLink(own), servers.vmLink(peer)]).then((links) => Guest.start(servers, links))
      if (subject === own) asked = await (await guest).deviceIds(size.of(20_000, 200))
      return asked[subject === own ? 0 : 1]
    },
  }
}
