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
  /** A form, perhaps with files in it (RFC 7578). Its parts are read one after the other, as they arrive. */
  | { readonly kind: 'form'; readonly parts: AsyncIterable<FormPart> }
  /** A file, as it arrives. */
  | { readonly kind: 'file'; readonly content: AsyncIterable<Uint8Array> }
  /** Of another content type. */
  | { readonly kind: 'other' }

export interface FormPart {
  readonly name: string
  /** As whoever sends it says; undefined: it is no file. */
  readonly fileName: string | undefined
  readonly contentType: string | undefined
  readonly content: AsyncIterable<Uint8Array>
}

export interface RedfishResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  /** Text goes out as it is (XML), all else as JSON; undefined: there is none. */
  readonly body: string | Body | undefined
  /** The body as JSON, where it has been made already. */
  readonly text?: string | undefined
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
