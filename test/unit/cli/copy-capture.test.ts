import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createNetServer, type Server } from 'node:net'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterEach, describe, expect, it } from 'vitest'
import { copyCapture } from '../../../src/cli/copy-capture.ts'
import { PcapCounter } from '../../../src/cli/pcap-counter.ts'
import { serveCapture } from '../../../src/lab/capture-stream.ts'
import { openCapture } from '../../../src/lab/control-client.ts'
import { pcapHeader, pcapHeaderBytes, pcapRecord, recordHeaderBytes } from '../../../src/net/segment/pcap.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const frame = new Uint8Array(60_000)
/** Less than the lab keeps for a slow reader, more than a socket does. */
const FRAMES = 100

let server: Server | undefined
afterEach(() => {
  server?.close()
  server = undefined
})

async function listen(made: Server): Promise<string> {
  server = made
  const path = join(tempFolder(), 'control')
  made.listen(path)
  await once(made, 'listening')
  return path
}

/** Sends the frames at once; `left` is when who asked has gone. */
async function lab(): Promise<{ path: string; left: Promise<void> }> {
  let leave = () => {}
  const left = new Promise<void>((resolve) => {
    leave = resolve
  })
  const serve: RequestListener = (_request, response) => {
    response.on('close', leave)
    const watch = async (show: (frame: Uint8Array, atMs: number) => void) => {
      setImmediate(() => {
        for (let i = 0; i < FRAMES; i++) show(frame, 0)
      })
      return () => {}
    }
    void serveCapture(response, watch, { count: Number.POSITIVE_INFINITY, ended: new AbortController().signal })
  }
  return { path: await listen(createServer(serve)), left }
}

/** Takes its first chunk, and no other until it may. */
class SlowTarget extends Writable {
  bytes = 0
  #waiting: (() => void) | undefined
  #may = false
  constructor() {
    super({ highWaterMark: 1 })
  }
  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.bytes += chunk.length
    if (this.#may) done()
    else this.#waiting = done
  }
  go(): void {
    this.#may = true
    this.#waiting?.()
  }
}

describe('a capture that is told to stop', () => {
  it('writes what the lab has sent and has still to send', async () => {
    const { path, left } = await lab()
    const stop = new AbortController()
    const target = new SlowTarget()
    const counter = new PcapCounter()
    const copied = copyCapture(await openCapture(path, 'cn01', {}), counter, target, stop.signal)
    await expect.poll(() => target.bytes).toBeGreaterThan(0)
    expect(counter.frames).toBeLessThan(FRAMES)
    stop.abort()
    expect(await copied).toBe('stopped')
    await left
    expect(counter.frames).toBe(FRAMES)
    target.go()
    target.end()
    await once(target, 'finish')
    expect(target.bytes).toBe(pcapHeaderBytes + FRAMES * (recordHeaderBytes + frame.length))
  })

  it('does not wait for ever for a lab that does not let go', async () => {
    const path = await listen(
      createNetServer({ allowHalfOpen: true }, (socket) => {
        socket.on('error', () => {})
        socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n')
        for (const part of [pcapHeader(), pcapRecord(frame.subarray(0, 60), 0)]) {
          socket.write(`${part.length.toString(16)}\r\n`)
          socket.write(part)
          socket.write('\r\n')
        }
        socket.resume()
      }),
    )
    const stop = new AbortController()
    const clock = new FakeClock()
    const counter = new PcapCounter()
    const target = new Writable({ write: (_chunk, _encoding, done) => done() })
    const copied = copyCapture(await openCapture(path, 'cn01', {}), counter, target, stop.signal, clock)
    await expect.poll(() => counter.frames).toBe(1)
    stop.abort()
    clock.advance(2000)
    expect(await copied).toBe('stopped')
  })
})
