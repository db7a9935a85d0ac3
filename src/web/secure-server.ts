import type { Server as PlainServer } from 'node:http'
import { createServer, type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { errnoOf } from '../base/errors.ts'
import type { RedfishResponse } from '../redfish/request.ts'
import { type Behind, rawResponse, type Site } from './answer.ts'

/** HTTPS over connections that somebody else accepts. */
export function secureServer({ site, listener, pair }: Behind): Server {
  const { key, certificate } = pair()
  const server = createServer(
    {
      ...{ key, cert: certificate, minVersion: 'TLSv1.2' },
      // Node's own answer to a request without a host has no words: web-server.ts has.
      requireHostHeader: false,
      // A file that is sent to us may be a large one on a slow line: web-server.ts ends requests that do not go on.
      requestTimeout: 0,
    },
    listener,
  )
  answerNonsense(server, site)
  return server
}

/** What Node's parser gives up on gets an answer that says so, where the connection still takes one. */
export function answerNonsense(server: Server | PlainServer, site: Site): void {
  server.on('clientError', (error: Error, socket: Duplex) => {
    if (!socket.writable || errnoOf(error) === 'ECONNRESET') {
      socket.destroy()
      return
    }
    const { response, reason } = unreadable(errnoOf(error), site)
    socket.end(rawResponse(response, reason))
  })
}

function unreadable(code: string | undefined, site: Site): { response: RedfishResponse; reason: string } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { response: site.refusal(431, 'PayloadTooLarge'), reason: 'Request Header Fields Too Large' }
    case 'HPE_INVALID_METHOD':
      return { response: site.refusal(501, 'OperationNotAllowed'), reason: 'Not Implemented' }
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { response: site.refusal(408, 'OperationTimeout'), reason: 'Request Timeout' }
    default:
      return { response: site.refusal(400, 'UnrecognizedRequestBody'), reason: 'Bad Request' }
  }
}
