import { BmcError, messageOf, SetupError } from '../../base/errors.ts'
import type { SourceRange } from '../../config/source.ts'
import type { Network, Place } from '../../net/network.ts'

/** For whoever reads what went wrong. */
export interface Whose {
  readonly node: string
  readonly at: SourceRange
}

/** What must be there before the first address: nothing of earlier runs, and a network card of the BMC's own with its MAC. */
export async function prepareNetwork(
  network: Network,
  wish: {
    readonly leftovers: readonly (() => Promise<void>)[]
    readonly place: Place | undefined
    readonly mac: Uint8Array | undefined
  },
  whose: Whose,
): Promise<void> {
  for (const takeAway of wish.leftovers) await takeAway()
  await orSetupError(whose, network, '', async () => {
    await network.tidy(wish.place)
    if (wish.mac !== undefined) await network.own?.setMac(wish.mac)
  })
}

export function claimPlace(network: Network, place: Place, whose: Whose): Promise<void> {
  return orSetupError(whose, network, `cannot have ${place.address}: `, () => network.claim(place))
}

export async function orSetupError(
  { node, at }: Whose,
  network: Network,
  what: string,
  step: () => Promise<void>,
): Promise<void> {
  try {
    await step()
  } catch (error) {
    if (!(error instanceof BmcError)) throw error
    const needs =
      network.own === undefined
        ? 'network: alias needs root and an interface that is up'
        : 'network: namespace needs root and a bridge that is up'
    const why = `${node}: ${what}${messageOf(error)}`
    throw new SetupError(`${why}. ${needs}; see ${at.file}:${at.line}`, { cause: error })
  }
}
