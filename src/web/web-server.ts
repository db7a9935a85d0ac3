import { createServer, IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { messageOf } from '../base/errors.ts'
import type { Logger } from '../base/logger.ts'
import type { RedfishResponse, RequestBody } from '../redfish/request.ts'
import { bodyOf, rawResponse, type Site, streamedBodyOf, streamedTypes, targetOf, textOf } from './answer.ts'
import { openStream } from './event-stream.ts'

/** A body that is no file: what Redfish's resources take fits many times. */
const BODY_LIMIT = 256 * 1024

/** How long a body is waited for that does not go on. */
const SILENCE_MS = 60_000

const asked = Symbol('site')
/** A request, with the site that it is for. */
type AskedOf = IncomingMessage & { [asked]?: Site }

/**
 * web/ is the door for HTTP: connections, TLS, bodies and their limits. It must never know what a resource is. One Fastify serves all BMCs of a
 * process: a listener is only a socket, and which BMC is asked goes with the request.
 */
export class WebServer {
  readonly #log: Logger
  readonly #silenceMs: number
  #listener: Promise<RequestListener> | undefined

  constructor(log: Logger, silenceMs = SILENCE_MS) {
    this.#log = log
    this.#silenceMs = silenceMs
  }

  /** Answers the requests of one site. The first call loads Fastify. */
  async forSite(site: Site): Promise<RequestListener> {
    this.#listener ??= this.#start()
    const listener = await this.#listener
    return (request: AskedOf, response: ServerResponse) => {
      request[asked] = site
      if (hasBody(request)) endWhenSilent(request, site, this.#silenceMs)
      listener(request, response)
    }
  }

  async #start(): Promise<RequestListener> {
    const { fastify } = await import('./fastify.ts')
    let listener: RequestListener = () => {}
    const app = fastify({
      bodyLimit: BODY_LIMIT,
      // Never listens: each BMC has a server of its own, and all hand their requests here.
      serverFactory: (handler) => {
        listener = handler
        return createServer()
      },
      // A path whose percent signs are wrong (RFC 3986 §2.1) goes to the site, which answers it as InvalidURI.
      frameworkErrors: (error, request, reply) =>
        error.code === 'FST_ERR_BAD_URL' ? void this.#serve(request, reply) : this.#refuse(error, request, reply),
    })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_, body, done) => done(null, body))
    app.addContentTypeParser(streamedTypes, (_, body, done) => done(null, body))
    app.setErrorHandler((error, request, reply) => this.#refuse(error, request, reply))
    // Which resources there are is not its business: everything is "not found" here, and looked up there.
    app.setNotFoundHandler((request, reply) => this.#serve(request, reply))
    await app.ready()
    return listener
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { method = 'GET', url = '/', headers, socket, httpVersion } = request.raw
    const site = this.#siteOf(request)
    // RFC 9112 §3.2
    const hasNoHost = headers.host === undefined && httpVersion === '1.1'
    const { path, query } = targetOf(url)
    const whole = { method, path, query, headers: flat(headers), body: bodyIn(request) }
    const response = hasNoHost ? site.refusal(400, 'GeneralError') : await site.handle(whole, socket.remoteAddress)
    // What nobody wanted to read is in the way of the next request.
    request.raw.resume()
    if (response.stream !== undefined) {
      reply.hijack()
      openStream(reply.raw, response.headers, response.stream)
      return reply
    }
    return send(reply, response)
  }

  #refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const status = statusOf(error)
    const site = this.#siteOf(request)
    if (status === 413) return send(reply, site.refusal(413, 'PayloadTooLarge'))
    if (status !== undefined && status < 500) return send(reply, site.refusal(status, 'MalformedJSON'))
    this.#log.error({ error: messageOf(error) }, 'a web request failed')
    return send(reply, site.refusal(500, 'InternalError'))
  }

  #siteOf({ raw }: FastifyRequest): Site {
    const { [asked]: site }: AskedOf = raw
    if (site === undefined) throw new RangeError('a request of no site')
    return site
  }
}

function bodyIn({ body, raw }: FastifyRequest): RequestBody {
  const type = raw.headers['content-type']
  if (body instanceof IncomingMessage) return streamedBodyOf(body, type)
  return bodyOf(Buffer.isBuffer(body) ? body : undefined, type)
}

function send(reply: FastifyReply, response: RedfishResponse): FastifyReply {
  return reply.code(response.status).headers(response.headers).send(textOf(response))
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}

/** A file may take its time to arrive, but nobody is waited for who sends nothing. */
function endWhenSilent(request: IncomingMessage, site: Site, ms: number): void {
  const { socket } = request
  request.setTimeout(ms, () => {
    socket.end(rawResponse(site.refusal(408, 'OperationTimeout'), 'Request Timeout'))
  })
  request.once('close', () => socket.setTimeout(0))
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  return typeof error.statusCode === 'number' ? error.statusCode : undefined
}

/** A header that came twice and may not, came once: Node has seen to that; Set-Cookie alone is a list. */
function flat(headers: IncomingMessage['headers']): Readonly<Record<string, string | undefined>> {
  const all: Record<string, string | undefined> = {}
  for (const name in headers) {
    const value = headers[name]
    all[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return all
}
