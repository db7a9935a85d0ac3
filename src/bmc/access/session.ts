import type { Privilege } from '../../ipmi/privilege.ts'

/** Who asks: what Get Session Info tells, what the restart cause and the log name. */
export interface Peer {
  readonly address: string
  readonly port: number
}

/**
 * An active session as a fact (IPMI 2.0 §6.12). How its bytes are opened and sealed is the LAN door's business; what
 * the BMC may say to it beyond replies goes through `sendSol` and `sendMessage`.
 */
export class Session {
  /** Managed system session ID: the one in packets to us. */
  readonly id: number
  readonly version: '1.5' | '2.0'
  /** Get Session Info's handle, 1..255 (§22.20). */
  readonly handle: number
  readonly channel: number
  readonly userId: number
  readonly userName: string
  /** The highest level this session may ask for. */
  readonly maximum: Privilege
  /** The present level; starts at User, or at the maximum when that is lower (§13.18). */
  privilege: Privilege
  peer: Peer
  /** `clock.monotonic()` of the last accepted packet. */
  lastSeen: number
  /** Whether packets of this session can be authenticated and encrypted (its cipher suite). */
  readonly authenticated: boolean
  readonly encrypted: boolean
  /** The UDP port that the client reached us at; Activate Payload must name it (§24.1). */
  readonly localPort: number
  /** Seals and sends one SOL payload on this session, encrypted and authenticated as activated. */
  readonly sendSol: (payload: Uint8Array) => void
  /** Seals and sends one IPMI message as it stands: what the software on the system has for this console (§22.7). */
  readonly sendMessage: (message: Uint8Array) => void

  constructor(facts: SessionFacts) {
    this.id = facts.id
    this.version = facts.version
    this.handle = facts.handle
    this.channel = facts.channel
    this.userId = facts.userId
    this.userName = facts.userName
    this.maximum = facts.maximum
    this.privilege = facts.privilege
    this.peer = facts.peer
    this.lastSeen = facts.lastSeen
    this.authenticated = facts.authenticated
    this.encrypted = facts.encrypted
    this.localPort = facts.localPort
    this.sendSol = facts.sendSol
    this.sendMessage = facts.sendMessage
  }
}

export interface SessionFacts {
  readonly id: number
  readonly version: '1.5' | '2.0'
  readonly handle: number
  readonly channel: number
  readonly userId: number
  readonly userName: string
  readonly maximum: Privilege
  readonly privilege: Privilege
  readonly peer: Peer
  readonly lastSeen: number
  readonly authenticated: boolean
  readonly encrypted: boolean
  readonly localPort: number
  readonly sendSol: (payload: Uint8Array) => void
  readonly sendMessage: (message: Uint8Array) => void
}
