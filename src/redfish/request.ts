/**
 * redfish/ is what Redfish words mean: every resource declared once, one table. A request goes in, a response comes out. It must never
 * know a socket, IPMI's numbers, a file or a backend.
 */
export interface RedfishRequest {
  /** Upper case. */
  readonly method: string
  /** As it came, without the query. */
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: RequestBody
}

export type RequestBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly value: unknown }
  | { readonly kind: 'malformed' }
  /** Of another content type than JSON. */
  | { readonly kind: 'other' }

export interface RedfishResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text goes out as it is (XML), all else as JSON; undefined: there is none. */
  readonly body: string | Body | undefined
  /** In place of a body: what comes as it happens. Called when the head has gone out; the result, when the connection is gone. */
  readonly stream?: (sink: Sink) => () => void
}

/** A connection that stays open. */
export interface Sink {
  write(text: string): void
  end(): void
}

/** A JSON object. */
export type Body = Readonly<Record<string, unknown>>

export function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
