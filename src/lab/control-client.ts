import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http'
import type { Socket } from 'node:net'
import { errnoOf, SetupError } from '../base/errors.ts'

/** An answer of a running lab that is not the one hoped for; `message` is the lab's own text. */
export class ControlError extends Error {
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.name = 'ControlError'
    this.status = status
  }
}

export const CONSOLE_PROTOCOL = 'bmcsim-console'

/** Asks a running lab through its control socket; returns the JSON it answers. `patienceMs`: from then on it counts as dumb. */
export async function ask(
  socketPath: string,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  patienceMs?: number,
): Promise<unknown> {
  const signal = patienceMs === undefined ? undefined : AbortSignal.timeout(patienceMs)
  const response = await send(socketPath, { method, path, ...(signal && { signal }) }, body)
  return JSON.parse(await textOf(response))
}

/** Joins a node's console: what it said so far (unless `backlog` is false), then both ways, as bytes. */
export async function joinConsole(socketPath: string, node: string, backlog: boolean): Promise<Socket> {
  const request = httpRequest({
    socketPath,
    path: `/nodes/${encodeURIComponent(node)}/console?backlog=${backlog ? 1 : 0}`,
    headers: { Connection: 'Upgrade', Upgrade: CONSOLE_PROTOCOL },
  })
  const joined = new Promise<Socket>((resolve, reject) => {
    request.on('upgrade', (_response: IncomingMessage, socket: Socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head)
      resolve(socket)
    })
    request.on('response', (response: IncomingMessage) => {
      textOf(response).then(() => reject(new ControlError(502, 'the lab did not open a console')), reject)
    })
    request.on('error', (error) => reject(explained(error)))
  })
  request.end()
  return joined
}

/** Everything that a NIC sends and receives from now on, as a pcap file that grows; its end is the lab's, or after `count` frames. */
export async function openCapture(
  socketPath: string,
  node: string,
  { nic, count }: { nic?: number | undefined; count?: number | undefined },
): Promise<IncomingMessage> {
  const wanted = new URLSearchParams()
  if (nic !== undefined) wanted.set('nic', String(nic))
  if (count !== undefined) wanted.set('count', String(count))
  return openStream(socketPath, `/nodes/${encodeURIComponent(node)}/capture?${wanted}`)
}

/** An answer that goes on; who asked reads it as it comes. */
export async function openStream(socketPath: string, path: string, signal?: AbortSignal): Promise<IncomingMessage> {
  const response = await send(socketPath, { method: 'GET', path, ...(signal && { signal }) }, undefined)
  if ((response.statusCode ?? 500) >= 400) await textOf(response)
  return response
}

async function send(socketPath: string, options: RequestOptions, body: unknown): Promise<IncomingMessage> {
  const request = httpRequest({ socketPath, agent: false, headers: { 'Content-Type': 'application/json' }, ...options })
  // A long request counts as sent only a moment after its answer, and by then the lab may have closed: nobody else would hear of that.
  request.on('error', () => {})
  request.end(body === undefined ? undefined : JSON.stringify(body))
  try {
    const [response]: IncomingMessage[] = await once(request, 'response')
    return response
  } catch (error) {
    throw explained(error)
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(Buffer.from(chunk))
  const text = Buffer.concat(chunks).toString('utf8')
  const status = response.statusCode ?? 500
  if (status >= 400) throw new ControlError(status, errorText(text))
  return text
}

function errorText(text: string): string {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && 'error' in value && typeof value.error === 'string') {
      return value.error
    }
  } catch {
    // Not JSON: shown as it is.
  }
  return text
}

function explained(error: unknown): unknown {
  const errno = errnoOf(error)
  if (errno === 'ECONNREFUSED' || errno === 'ENOENT' || errno === 'ECONNRESET') {
    return new SetupError('the lab ended while it was asked. See what runs with: bmcsim ps', { cause: error })
  }
  if (errno === 'ABORT_ERR') {
    return new SetupError('it does not answer on its control socket. See what runs with bmcsim ps', { cause: error })
  }
  return error
}
