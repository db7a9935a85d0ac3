import type { Bmc } from '../bmc/bmc.ts'
import type { Session } from '../bmc/session.ts'
import type { Codec } from '../ipmi/layout.ts'
import type { Privilege } from '../ipmi/privilege.ts'
import type { AuthTypeName } from '../ipmi/session15.ts'

/**
 * commands/ says what IPMI words mean: every command is declared once, in the file of its chapter, and listed once in
 * table.ts. Handlers see objects, never bytes, and know nothing of sockets or sessions' keys.
 */

/** Who sent a request, and through which door it came. */
export type Requester =
  | { readonly door: 'lan'; readonly channel: number; readonly session: Session; readonly privilege: Privilege }
  /** LAN, before a session: only commands with privilege `Unprotected` are answered. */
  | {
      readonly door: 'lan'
      readonly channel: number
      readonly session: undefined
      readonly privilege: undefined
      /** How an IPMI 1.5 login goes on from here. */
      readonly login15: Login15
    }
  /** The guest, through its system interface: channel Fh, no session, as good as Administrator (IPMI 2.0 §6.8). */
  | { readonly door: 'system'; readonly channel: 0x0f; readonly session: undefined; readonly privilege: 'OEM' }

/** The IPMI 1.5 login as the LAN door does it for one packet (IPMI 2.0 §22.16, §22.17). Refusals are CompletionErrors. */
export interface Login15 {
  challenge(
    authType: AuthTypeName,
    userName: Uint8Array,
  ): { readonly sessionId: number; readonly challenge: Uint8Array }
  activate(request: {
    readonly authType: AuthTypeName
    readonly maximum: Privilege
    readonly challenge: Uint8Array
    readonly outboundSequence: number
  }): { readonly sessionId: number; readonly inboundSequence: number; readonly maximum: Privilege }
}

export interface Context {
  readonly bmc: Bmc
  readonly by: Requester
  /** Of the request; 0 where nothing is said. Sensors are numbered for each LUN apart (IPMI 2.0 §7.2). */
  readonly lun?: number
}

/** Where a command may come from. */
export type Door = 'any' | 'lan' | 'system'

/** One IPMI command: number, name, section, privilege, both codecs, handler. */
export interface Command<Q = unknown, S = unknown> {
  readonly netFn: number
  readonly cmd: number
  /** As Appendix G prints it. */
  readonly name: string
  /** Section of IPMI 2.0 rev 1.1. */
  readonly spec: string
  /** Lowest level that may use it; `Unprotected`: answered before a session too (Appendix G, "b"). No default. */
  readonly privilege: Privilege | 'Unprotected'
  readonly door: Door
  readonly request: Codec<Q>
  readonly response: Codec<S>
  /** Command-specific completion codes, 80h..BEh, by name. */
  readonly codes: Readonly<Record<string, number>>
  /** A method, so that rows of different requests stand in one table as `Command`. */
  handle(context: Context, request: Q): S | Promise<S>
}

/** What a declaration writes down; `door` is 'any' and `codes` empty unless said. */
export type Declaration<Q, S> = Omit<Command<Q, S>, 'door' | 'codes'> & Partial<Pick<Command<Q, S>, 'door' | 'codes'>>

export function command<Q, S>(declaration: Declaration<Q, S>): Command<Q, S> {
  return { door: 'any', codes: {}, ...declaration }
}

/** Thrown by a handler to answer a completion code that only this command knows, or one no reason stands for. */
export class CompletionError extends Error {
  readonly completionCode: number
  constructor(completionCode: number, message: string) {
    super(message)
    this.name = 'CompletionError'
    this.completionCode = completionCode
  }
}
