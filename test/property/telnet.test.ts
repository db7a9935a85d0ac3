import { createServer, type Server, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import type { StreamPort } from '../../src/serial/stream-port.ts'
import { telnetPort } from '../../src/serial/telnet-port.ts'
import { until } from '../support/until.ts'

const IAC = 255
const GREETING = 'fffd00fffb00fffe01fffc01'

let server: Server
let peer: Socket
let heard = Buffer.alloc(0)
let line: StreamPort
let read = Buffer.alloc(0)

beforeAll(async () => {
  server = createServer((socket) => {
    peer = socket.setNoDelay(true)
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes])
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  line = await telnetPort('127.0.0.1', address.port, { clock: systemClock, log: silentLogger })
  line.onData((bytes) => {
    read = Buffer.concat([read, bytes])
  })
  await until('the line', () => line.up && heard.length >= 12)
})

afterAll(() => {
  line.close()
  server.close()
})

const doubled = (bytes: Uint8Array) => Buffer.from([...bytes].flatMap((byte) => (byte === IAC ? [IAC, IAC] : [byte])))

/** Many 0xFF, CR, LF and NUL among the rest: what telnet treats in its own way. */
const data = fc.array(fc.oneof(fc.constantFrom(IAC, 13, 10, 0), fc.integer({ min: 0, max: 255 })), { maxLength: 60 })
const negotiation = fc.constantFrom(
  [IAC, 251, 24],
  [IAC, 253, 1],
  [IAC, 252, 0],
  [IAC, 254, 3],
  [IAC, 241],
  [IAC, 249],
  [IAC, 250, 24, 1, IAC, IAC, 2, IAC, 240],
  [IAC, 250, 24, IAC, 9, IAC, 240],
)

describe('a telnet line', () => {
  it('asks for binary both ways and no echo as soon as it is there', () => {
    expect(heard.subarray(0, 12).toString('hex')).toBe(GREETING)
  })

  it('gives the bytes between the commands, however the stream is cut', async () => {
    const pieces = fc.array(fc.tuple(data, negotiation), { maxLength: 6 })
    const cuts = fc.infiniteStream(fc.integer({ min: 1, max: 7 }))
    await fc.assert(
      fc.asyncProperty(pieces, cuts, async (said, sizes) => {
        read = Buffer.alloc(0)
        const plain = Buffer.from(said.flatMap(([bytes]) => bytes))
        const wire = Buffer.concat(
          said.flatMap(([bytes, command]) => [doubled(Uint8Array.from(bytes)), Buffer.from(command)]),
        )
        const end = Buffer.from('<end>')
        const whole = Buffer.concat([wire, end])
        for (let at = 0; at < whole.length; ) {
          const size = sizes.next().value
          peer.write(whole.subarray(at, at + size))
          at += size
          await new Promise(setImmediate)
        }
        await untilSoon(() => read.subarray(-end.length).equals(end))
        expect(read.toString('hex')).toBe(Buffer.concat([plain, end]).toString('hex'))
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  it('says each answer once, so that no two peers argue for ever', async () => {
    const before = heard.length
    for (let i = 0; i < 50; i++) peer.write(Uint8Array.of(IAC, 251, 33, IAC, 253, 33, IAC, 251, 3, IAC, 251, 1))
    peer.write('#')
    await untilSoon(() => read.at(-1) === 0x23)
    await untilSoon(() => heard.length >= before + 9)
    line.write(Buffer.from('$'))
    await untilSoon(() => heard.at(-1) === 0x24)
    expect(heard.subarray(before, -1).toString('hex')).toBe('fffe21fffc21fffd03')
  })

  it('doubles 0xFF, changes nothing else, and puts a break where it belongs', async () => {
    const writes = fc.array(fc.option(data, { nil: undefined }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(writes, async (said) => {
        heard = Buffer.alloc(0)
        const wanted: Buffer[] = []
        for (const bytes of said) {
          if (bytes === undefined) line.sendBreak()
          else expect(line.write(Uint8Array.from(bytes))).toBe(bytes.length)
          wanted.push(bytes === undefined ? Buffer.of(IAC, 243) : doubled(Uint8Array.from(bytes)))
        }
        const all = Buffer.concat(wanted)
        await untilSoon(() => heard.length >= all.length)
        expect(heard.toString('hex')).toBe(all.toString('hex'))
      }),
      { numRuns: 40, endOnFailure: true },
    )
  })

  it('holds back rather than loses when the server does not read, and a break keeps its place', async () => {
    heard = Buffer.alloc(0)
    peer.pause()
    const sent: Buffer[] = []
    const block = Buffer.alloc(8192, 0xff)
    let count = block.length
    for (let i = 0; i < 4000 && count === block.length; i++) {
      count = line.write(block)
      sent.push(doubled(block.subarray(0, count)))
      await new Promise(setImmediate)
    }
    expect(count).toBeLessThan(block.length)
    let drained = false
    line.onDrain(() => {
      drained = true
    })
    line.sendBreak()
    peer.resume()
    const all = Buffer.concat([...sent, Buffer.of(IAC, 243)])
    await until('all bytes', () => heard.length >= all.length)
    expect(heard.equals(all)).toBe(true)
    expect(drained).toBe(true)
  })
})

/** `until` looks every 40 ms: too rarely for hundreds of runs. */
async function untilSoon(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 2000 && !condition(); i++) await new Promise(setImmediate)
  await until('the bytes', condition)
}
