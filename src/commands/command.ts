import { DecodeError, hex } from '../base/bytes.ts'
import type { Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { Codec } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
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
  /** Another controller's requests, or those it carries for others, across the IPMB. */
  | { readonly door: 'ipmb'; readonly channel: 0x00; readonly session: undefined; readonly privilege: Privilege }
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
  }): {
    /** Of the packets that follow. */
    readonly authType: AuthTypeName
    readonly sessionId: number
    readonly inboundSequence: number
    readonly maximum: Privilege
  }
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
  /**
   * The defining body of a group extension (NetFn 2Ch) or the IANA number of an OEM group (NetFn 2Eh): it is the first
   * data byte, or the first three, of request and response (§5.1, Table 5-1). `request` and `response` of a
   * declaration begin behind it, those of the Command with it.
   */
  readonly group: number | undefined
  readonly request: Codec<Q>
  readonly response: Codec<S>
  /** Command-specific completion codes, 80h..BEh, by name. */
  readonly codes: Readonly<Record<string, number>>
  /** A method, so that rows of different requests stand in one table as `Command`. */
  handle(context: Context, request: Q): S | Promise<S>
}

/**
 * One number for a command: what finds it in the table, and names it where it is switched off (§21.7). The IANA number of
 * an OEM group tells nothing apart: a BMC has one maker.
 */
export function commandNumber({ netFn, cmd, group }: Pick<Command, 'netFn' | 'cmd' | 'group'>): number {
  return (netFn << 16) | ((netFn === NetFn.Group ? (group ?? 0) : 0) << 8) | cmd
}

type Optional = 'door' | 'codes' | 'group'

/** What a declaration writes down; `door` is 'any', `codes` empty and `group` none unless said. */
export type Declaration<Q, S> = Omit<Command<Q, S>, Optional> & Partial<Pick<Command<Q, S>, Optional>>

export function command<Q, S>(declaration: Declaration<Q, S>): Command<Q, S> {
  const { netFn, group, request, response } = declaration
  if (group === undefined) return { door: 'any', codes: {}, group, ...declaration }
  const prefix = netFn === NetFn.Oem ? [group, group >> 8, group >> 16] : [group]
  const front = Uint8Array.from(prefix)
  const codecs = { request: behind(front, request), response: behind(front, response) }
  return { door: 'any', codes: {}, group, ...declaration, ...codecs }
}

/** The codec of what follows bytes that are always the same. */
function behind<T>(front: Uint8Array, codec: Codec<T>): Codec<T> {
  return {
    decode(bytes) {
      if (bytes.length < front.length) throw new DecodeError('length', `${front.length} bytes wanted in front`)
      if (front.some((byte, i) => byte !== bytes[i])) throw new DecodeError('field', `${hex(front)} wanted in front`)
      return codec.decode(bytes.subarray(front.length))
    },
    encode: (value) => Uint8Array.of(...front, ...codec.encode(value)),
  }
}

/**
 * Thrown by a handler to answer a completion code that only this command knows, or one no reason stands for. `response`,
 * where the code goes with data: what the command would else return.
 */
export class CompletionError extends Error {
  readonly completionCode: number
  readonly response: unknown
  constructor(completionCode: number, message: string, response?: unknown) {
    super(message)
    this.name = 'CompletionError'
    this.completionCode = completionCode
    this.response = response
  }
}
