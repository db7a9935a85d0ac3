import type { TokenSession } from '../../bmc/access/token-sessions.ts'
import type { RoleName } from './roles.ts'

/** Who asks, as of this request: a role that was changed counts at once. */
export interface Identity {
  readonly userId: number
  readonly userName: string
  /** Undefined: nobody, who may read what is open to all. */
  readonly role: RoleName | undefined
  /** Undefined: the credentials came with the request. */
  readonly session: TokenSession | undefined
  readonly from: Origin
}

/** Where a request comes from. */
export interface Origin {
  /** Undefined: not known. */
  readonly peer: string | undefined
  /** The guest, through its host interface. */
  readonly isGuest: boolean
}

export const ourselves: Origin = { peer: undefined, isGuest: false }

export function nobody(from: Origin): Identity {
  return { userId: 0, userName: '', role: undefined, session: undefined, from }
}
