import type { RequestListener } from 'node:http'
import type { Readable } from 'node:stream'
import { type PlainKey, refuse } from '../redfish/faults.ts'
import type { RedfishRequest, RedfishResponse, RequestBody } from '../redfish/request.ts'
import type { KeyPair } from './certificate.ts'
import { boundaryOf, formParts } from './form-parts.ts'

/** What stands behind a listener: a BMC's Redfish service. */
export interface Site {
  /** `isGuest`: it came by the host interface. */
  handle(request: RedfishRequest, peer: string | undefined, isGuest?: boolean): Promise<RedfishResponse>
  /** An error in the same words, for what is not worth handing on. */
  refusal(status: number, key: PlainKey): RedfishResponse
}

/** What is behind a port, made when the first client comes. */
export interface Behind {
  readonly site: Site
  readonly listener: RequestListener
  /** As it is now. */
  readonly pair: () => KeyPair
}

/** The path and the query of a request target; absolute ones (RFC 9112 §3.2.2) without their host. */
export function targetOf(url: string): { readonly path: string; readonly query: string } {
  const relative = url.startsWith('/') ? url : url.replace(/^[a-z]+:\/\/[^/?#]*/i, '')
  const mark = relative.indexOf('?')
  const path = mark < 0 ? relative : relative.slice(0, mark)
  return { path: path === '' ? '/' : path, query: mark < 0 ? '' : relative.slice(mark + 1) }
}

/** Whether a body of that type is read as it arrives, however long it is. */
export const streamedTypes = ['multipart/form-data', 'application/octet-stream']

/** A body of such a type. */
export function streamedBodyOf(stream: Readable, contentType = ''): RequestBody {
  const content = arriving(stream)
  if (typeOf(contentType) !== 'multipart/form-data') return { kind: 'file', content }
  const boundary = boundaryOf(contentType)
  return boundary === undefined ? { kind: 'other' } : { kind: 'form', parts: formParts(content, boundary) }
}

async function* arriving(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    // Whoever stops reading has not done with the connection.
    yield* stream.iterator({ destroyOnReturn: false })
  } catch {
    // The sender has gone: nobody reads this.
    throw refuse(400, 'UnrecognizedRequestBody')
  }
}

function typeOf(contentType: string): string {
  return contentType.split(';')[0].trim().toLowerCase()
}

/** One that does not say what it is, is taken for JSON. */
export function bodyOf(bytes: Buffer | undefined, contentType: string | undefined): RequestBody {
  if (bytes === undefined || bytes.length === 0) return { kind: 'none' }
  const type = contentType === undefined ? undefined : typeOf(contentType)
  if (type !== undefined && type !== 'application/json') return { kind: 'other' }
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return { kind: 'json', value: JSON.parse(text, refusePrototype) }
  } catch {
    return { kind: 'malformed' }
  }
}

/** `__proto__` is no property of anything. */
function refusePrototype(name: string, value: unknown): unknown {
  if (name === '__proto__') throw new SyntaxError('__proto__')
  return value
}

export function textOf({ body, text }: RedfishResponse): string | undefined {
  if (text !== undefined) return text
  return body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
}

/** A response as bytes for a connection whose request could not be read; it ends with it. */
export function rawResponse(response: RedfishResponse, reason: string): string {
  const text = textOf(response) ?? ''
  const headers = Object.entries({
    ...response.headers,
    Connection: 'close',
    'Content-Length': String(Buffer.byteLength(text)),
  })
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${response.status} ${reason}\r\n${lines}\r\n${text}`
}
