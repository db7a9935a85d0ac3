import { Duplex } from 'node:stream'
import { expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { StreamPort } from '../../../src/serial/stream-port.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { until } from '../../support/until.ts'

/** A line whose other end is the test. */
class TestLine extends Duplex {
  written = ''
  slow: (() => void) | undefined
  blocked = false

  override _read() {}

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: () => void) {
    this.written += bytes.toString('latin1')
    if (this.blocked) this.slow = done
    else done()
  }
}

function open(connected = true) {
  const clock = new FakeClock()
  const lines: TestLine[] = []
  const port = new StreamPort({
    clock,
    log: silentLogger,
    connected,
    open: () => {
      const line = new TestLine()
      lines.push(line)
      return line
    },
  })
  return { clock, lines, port }
}

const turn = () => new Promise(setImmediate)

it('is up from connect to close, and tries again, ever more slowly up to two seconds', async () => {
  const { clock, lines, port } = open()
  const changes: boolean[] = []
  port.onUp((up) => changes.push(up))
  lines[0].emit('connect')
  expect(port.up).toBe(true)
  lines[0].destroy()
  await turn()
  expect(changes).toEqual([true, false])
  for (const wait of [20, 40, 80, 160, 320, 640, 1280, 2000, 2000]) {
    const before = lines.length
    clock.advance(wait - 1)
    expect(lines.length).toBe(before)
    clock.advance(1)
    expect(lines.length).toBe(before + 1)
    lines.at(-1)?.destroy(new Error('refused'))
    await turn()
  }
})

it('is quick again after it was connected', async () => {
  const { clock, lines } = open()
  for (let i = 0; i < 3; i++) {
    lines.at(-1)?.destroy()
    await turn()
    clock.advance(2000)
  }
  lines.at(-1)?.emit('connect')
  lines.at(-1)?.destroy()
  await turn()
  const before = lines.length
  clock.advance(100)
  expect(lines.length).toBe(before + 1)
})

it('sits quietly until it is told to connect, and after disconnect and close', async () => {
  const { clock, lines, port } = open(false)
  clock.advance(10_000)
  expect(lines).toHaveLength(0)
  port.connect()
  port.connect()
  expect(lines).toHaveLength(1)
  lines[0].emit('connect')
  port.disconnect()
  expect(port.up).toBe(false)
  expect(lines[0].destroyed).toBe(true)
  await turn()
  clock.advance(10_000)
  expect(lines).toHaveLength(1)
  expect(clock.waiting).toBe(0)
})

it('takes nothing while it is down, and what the caller does with the array afterwards is his business', async () => {
  const { lines, port } = open()
  const bytes = Buffer.from('abc')
  expect(port.write(bytes)).toBe(0)
  lines[0].emit('connect')
  lines[0].blocked = true
  port.write(Buffer.from('-'))
  expect(port.write(bytes)).toBe(3)
  bytes.fill(0)
  lines[0].blocked = false
  lines[0].slow?.()
  await until('the bytes', () => lines[0].written === '-abc')
})

it('counts short for a slow other end, and says when there is room again', async () => {
  const { lines, port } = open()
  lines[0].emit('connect')
  lines[0].blocked = true
  let drains = 0
  port.onDrain(() => drains++)
  expect(port.write(new Uint8Array(60_000))).toBe(60_000)
  expect(port.write(new Uint8Array(60_000))).toBe(65_536 - 60_000)
  expect(port.write(new Uint8Array(1))).toBe(0)
  expect(drains).toBe(0)
  lines[0].blocked = false
  lines[0].slow?.()
  await until('room', () => drains === 1)
  expect(port.write(new Uint8Array(60_000))).toBe(60_000)
})

it('reads nothing while paused, over a reconnection too', async () => {
  const { clock, lines, port } = open()
  let read = ''
  port.onData((bytes) => {
    read += Buffer.from(bytes).toString()
  })
  port.pause()
  lines[0].emit('connect')
  lines[0].push('a')
  await turn()
  expect(read).toBe('')
  lines[0].destroy()
  await turn()
  clock.advance(100)
  lines[1].emit('connect')
  lines[1].push('b')
  await turn()
  expect(read).toBe('')
  port.resume()
  await until('the byte', () => read === 'b')
})

it('takes an opener that throws for a line that is away', () => {
  const clock = new FakeClock()
  let tries = 0
  const port = new StreamPort({
    clock,
    log: silentLogger,
    open: () => {
      tries++
      throw new Error('no such device')
    },
  })
  clock.advance(60)
  expect(tries).toBe(3)
  port.close()
  clock.advance(10_000)
  expect(tries).toBe(3)
})

it('hurries when it is told that the other end is coming', async () => {
  const { clock, lines, port } = open()
  for (let i = 0; i < 6; i++) {
    lines.at(-1)?.destroy()
    await turn()
    clock.advance(2000)
  }
  lines.at(-1)?.destroy()
  await turn()
  const before = lines.length
  port.hurry()
  expect(lines.length).toBe(before + 1)
  lines.at(-1)?.destroy()
  await turn()
  clock.advance(100)
  expect(lines.length).toBe(before + 2)
})
