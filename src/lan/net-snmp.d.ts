/** As much of net-snmp 3.29 as snmp-trap.ts uses; the package brings no types of its own. */
declare module 'net-snmp' {
  import type { Socket } from 'node:dgram'

  export const Version1: number
  export const ObjectType: { readonly OctetString: number }

  interface Varbind {
    readonly oid: string
    readonly type: number
    readonly value: Buffer
  }

  interface Session {
    /** The last number of `oid` is the specific trap, those before it the enterprise. */
    trap(
      oid: string,
      varbinds: readonly Varbind[],
      options: { readonly agentAddr: string; readonly upTime: number },
      done: (error: Error | null) => void,
    ): void
    close(): void
  }

  export function createSession(
    target: string,
    community: string,
    options: {
      readonly version: number
      readonly trapPort: number
      readonly sourceAddress: string | undefined
      /** What it makes its socket with. */
      readonly dgramModule: { createSocket(): Socket }
    },
  ): Session
}
