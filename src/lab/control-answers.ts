import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { BmcError, messageOf, type Reason, SetupError } from '../base/errors.ts'
import { ConfigError } from '../config/source.ts'
import { ControlError } from './control-client.ts'

/** Requests are a word of JSON, or the names of all nodes of a large lab; nobody needs more. */
const MOST_BODY = 256 * 1024

/** What is wrong with a request, before anybody was asked. */
export class RouteError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'RouteError'
    this.status = status
  }
}

const statusOfReason: Readonly<Record<Reason, number>> = {
  'wrong-state': 409,
  'powered-off': 409,
  'not-supported': 501,
  'invalid-field': 400,
  'out-of-range': 400,
  'not-found': 404,
  forbidden: 403,
  full: 507,
  busy: 503,
  timeout: 504,
}

export function statusOf(error: unknown): number {
  if (error instanceof RouteError || error instanceof ControlError) return error.status
  if (error instanceof BmcError) return statusOfReason[error.reason]
  if (error instanceof ConfigError) return 400
  return error instanceof SetupError ? 502 : 500
}

export function partsOf(url: string): string[] {
  try {
    const path = new URL(url, 'http://lab').pathname
    return path
      .split('/')
      .filter((part) => part !== '')
      .map(decodeURIComponent)
  } catch {
    throw new RouteError(400, 'not a path')
  }
}

export async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request) {
    length += chunk.length
    if (length > MOST_BODY) throw new RouteError(413, 'too much')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

export async function jsonOf(request: IncomingMessage): Promise<unknown> {
  const bytes = await bytesOf(request)
  if (bytes.length === 0) return undefined
  try {
    return JSON.parse(bytes.toString('utf8'))
  } catch {
    throw new RouteError(400, 'not JSON')
  }
}

export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' })
  response.end(`${JSON.stringify(value)}\n`)
}

/** To a client that asked for a console. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const text = JSON.stringify({ error: messageOf(error) })
  socket.on('error', () => socket.destroy())
  socket.end(
    `HTTP/1.1 ${statusOf(error)} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`,
  )
}
