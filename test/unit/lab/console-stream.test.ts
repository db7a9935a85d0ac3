import { Duplex } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type ConsoleViewer, serveConsole } from '../../../src/lab/console-stream.ts'

const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'latin1'))

/** A terminal: what it was shown, and a way to type. `stuck`: it takes nothing. */
function terminal(stuck = false) {
  let shown = ''
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      shown += chunk.toString('latin1')
      if (!stuck) done()
    },
  })
  return { stream, shown: () => shown, type: (text: string) => stream.push(bytes(text)) }
}

class FakeViewer implements ConsoleViewer {
  up = true
  room = 1000
  written = ''
  closed = false
  say: (bytes: Uint8Array) => void = () => {}
  drained: () => void = () => {}
  upChanged: (up: boolean) => void = () => {}
  write(taken: Uint8Array): number {
    const count = Math.min(this.room, taken.length)
    this.room -= count
    this.written += Buffer.from(taken.subarray(0, count)).toString('latin1')
    return count
  }
  onData(fn: (bytes: Uint8Array) => void) {
    this.say = fn
    return () => {
      this.say = () => {}
    }
  }
  onUp(fn: (up: boolean) => void) {
    this.upChanged = fn
    return () => {}
  }
  onDrain(fn: () => void) {
    this.drained = fn
    return () => {}
  }
  close() {
    this.closed = true
  }
}

const soon = () => new Promise((resolve) => setImmediate(resolve))

describe('a viewer joined to a stream', () => {
  it('shows the backlog, then what comes; types what is typed', async () => {
    const { stream, shown, type } = terminal()
    const viewer = new FakeViewer()
    serveConsole(stream, viewer, bytes('before\n'))
    viewer.say(bytes('after\n'))
    type('ls\r')
    await soon()
    expect(shown()).toBe('before\nafter\n')
    expect(viewer.written).toBe('ls\r')
  })

  it('keeps what the serial port does not take, and offers it again in order', async () => {
    const { stream, type } = terminal()
    const viewer = new FakeViewer()
    viewer.room = 2
    serveConsole(stream, viewer, undefined)
    type('abcd')
    await soon()
    type('ef')
    await soon()
    expect(viewer.written).toBe('ab')
    viewer.room = 100
    viewer.drained()
    await soon()
    expect(viewer.written).toBe('abcdef')
  })

  it('drops what is typed at a machine that is off', async () => {
    const { stream, type } = terminal()
    const viewer = new FakeViewer()
    viewer.up = false
    viewer.room = 0
    serveConsole(stream, viewer, undefined)
    type('gone')
    await soon()
    viewer.up = true
    viewer.room = 100
    viewer.upChanged(true)
    type('here')
    await soon()
    expect(viewer.written).toBe('here')
  })

  it('does not grow without bound for a terminal that takes nothing', async () => {
    const { stream } = terminal(true)
    const viewer = new FakeViewer()
    serveConsole(stream, viewer, undefined)
    for (let i = 0; i < 50; i++) viewer.say(new Uint8Array(100_000))
    await soon()
    expect(stream.writableLength).toBeLessThanOrEqual(1024 * 1024)
  })

  it('lets the viewer go when the terminal leaves', async () => {
    const { stream } = terminal()
    const viewer = new FakeViewer()
    serveConsole(stream, viewer, undefined)
    stream.destroy()
    await soon()
    expect(viewer.closed).toBe(true)
  })
})
