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
  /** Where from. */
  readonly peer: string | undefined
}

export function nobody(peer: string | undefined): Identity {
  return { userId: 0, userName: '', role: undefined, session: undefined, peer }
}
