import type { ServerResponse } from 'node:http'
import { pcapHeader, pcapRecord } from '../net/segment/pcap.ts'

/** A reader that is slower than the network misses frames beyond this: it must not hold anybody back. */
const mostWaitingBytes = 8 * 1024 * 1024

/**
 * Sends a pcap file until the reader has enough or `ended` fires: what `watch` shows, from now on, at most `count` frames. Rejects where there
 * is nothing to see.
 */
export async function serveCapture(
  response: ServerResponse,
  watch: (show: (frame: Uint8Array, atMs: number) => void) => Promise<() => void>,
  { count, ended }: { count: number; ended: AbortSignal },
): Promise<void> {
  let left = count
  let stop: (() => void) | undefined
  const watching = watch((frame, atMs) => {
    if (stop === undefined || left <= 0 || response.writableLength > mostWaitingBytes) return
    left--
    response.write(pcapRecord(frame, atMs))
    if (left > 0) return
    stop()
    response.end()
  })
  const leave = () => response.end()
  ended.addEventListener('abort', leave)
  response.on('close', () => {
    // Whoever asked may leave before there is anything to see.
    watching.then((stop) => stop()).catch(() => {})
    ended.removeEventListener('abort', leave)
  })
  response.on('error', () => response.destroy())
  stop = await watching
  if (response.destroyed) return
  response.writeHead(200, { 'Content-Type': 'application/vnd.tcpdump.pcap' })
  // At once, so that whoever asked knows that nothing is missed from here on.
  response.write(pcapHeader())
}
