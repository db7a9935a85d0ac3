import type { ServerResponse } from 'node:http'
import type { RedfishResponse } from '../redfish/request.ts'

/** What waits for a client who does not read; then he is gone. */
const MOST_UNREAD = 4 * 1024 * 1024

/** A response that goes on until one side has enough of it. */
export function openStream(
  response: ServerResponse,
  headers: RedfishResponse['headers'],
  stream: NonNullable<RedfishResponse['stream']>,
): void {
  // A stream says little for long, which is no reason to end it.
  response.socket?.setTimeout(0)
  response.socket?.setNoDelay(true)
  response.writeHead(200, headers)
  response.flushHeaders()
  const closed = stream({
    write(text) {
      if (response.writableLength > MOST_UNREAD) response.destroy()
      else response.write(text)
    },
    end: () => response.end(),
  })
  response.once('close', closed)
}
