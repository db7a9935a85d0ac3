import { beforeEach, describe, expect, it } from 'vitest'
import { SolEngine } from '../../../../src/bmc/sol/sol-engine.ts'
import { decodeSol, encodeSol, type SolPacket } from '../../../../src/ipmi/sol.ts'

const timings = { accumulateMs: 5, threshold: 96, retries: 2, retryMs: 100 }
const text = (value: string) => Buffer.from(value, 'latin1')

let sent: SolPacket[]
let written: string
let room: number
let breaks: number[]
let held: boolean
let engine: SolEngine

beforeEach(() => start())

function start(up = true, inboundCapacity?: number) {
  sent = []
  written = ''
  room = Number.POSITIVE_INFINITY
  breaks = []
  held = false
  const ends = {
    send: (packet: Uint8Array) => sent.push(decodeSol(packet)),
    write: (bytes: Uint8Array) => {
      const count = Math.min(room, bytes.length)
      room -= count
      written += Buffer.from(bytes.subarray(0, count)).toString('latin1')
      return count
    },
    sendBreak: () => breaks.push(written.length),
    hold: (on: boolean) => {
      held = on
    },
  }
  engine = new SolEngine(timings, ends, up, inboundCapacity)
}

function say(now: number, fields: Partial<SolPacket> & { text?: string }) {
  const data = text(fields.text ?? '')
  engine.fromConsole(encodeSol({ sequence: 0, ack: 0, accepted: 0, flags: 0, ...fields, data }), now)
}

function take() {
  const all = sent.map((packet) => ({ ...packet, text: Buffer.from(packet.data).toString('latin1') }))
  sent = []
  return all
}

describe('from the remote console', () => {
  it('writes characters and acknowledges them all', () => {
    say(0, { sequence: 1, text: 'ls\r' })
    expect(written).toBe('ls\r')
    expect(take()).toMatchObject([{ sequence: 0, ack: 1, accepted: 3, flags: 0 }])
  })

  it('acknowledges a retransmission again and delivers it once', () => {
    say(0, { sequence: 1, text: 'a' })
    say(10, { sequence: 1, text: 'a' })
    expect(written).toBe('a')
    expect(take()).toMatchObject([{ ack: 1 }, { ack: 1, accepted: 1 }])
  })

  it('takes what a retransmission has more than before', () => {
    say(0, { sequence: 1, text: 'a' })
    say(10, { sequence: 1, text: 'abc' })
    expect(written).toBe('abc')
    expect(take()[1]).toMatchObject({ ack: 1, accepted: 3 })
  })

  it('accepts any first number and no straggler, however near it seems', () => {
    say(0, { sequence: 9, text: 'a' })
    say(0, { sequence: 10, text: 'b' })
    take()
    for (const sequence of [8, 1, 13, 2]) say(400, { sequence, text: 'x' })
    expect(take()).toEqual([])
    say(450, { sequence: 11, text: 'c' })
    expect(written).toBe('abc')
  })

  it('follows a sender that has gone on without it, once that is sure', () => {
    say(0, { sequence: 1, text: 'a' })
    for (const now of [100, 300, 599]) say(now, { sequence: 4, text: 'b' })
    expect(written).toBe('a')
    say(600, { sequence: 5, text: 'c' })
    say(601, { sequence: 6, text: 'd' })
    expect(written).toBe('acd')
    expect(take().map((packet) => packet.ack)).toEqual([1, 5, 6])
  })

  it('holds the acknowledge back while the serial port is full, and gives it whole when there is room', () => {
    start(true, 2)
    room = 1
    say(0, { sequence: 1, text: 'abcdef' })
    say(100, { sequence: 1, text: 'abcdef' })
    expect(take()).toEqual([])
    room = 100
    engine.hostRoom(200)
    expect(written).toBe('abcdef')
    expect(take()).toMatchObject([{ ack: 1, accepted: 6 }])
  })

  it('counts short when the wait was in vain, and does not deliver the rest from a retransmission', () => {
    start(true, 2)
    room = 1
    say(0, { sequence: 1, text: 'abcdef' })
    expect(engine.wakeAt).toBe(400)
    engine.due(400)
    expect(take()).toMatchObject([{ ack: 1, accepted: 3, flags: 0 }])
    room = 100
    engine.hostRoom(450)
    say(460, { sequence: 1, text: 'abcdef' })
    expect(take()).toMatchObject([{ ack: 1, accepted: 3 }])
    say(470, { sequence: 2, text: 'def' })
    expect(written).toBe('abcdef')
  })

  it('takes and forgets what is typed at a machine that is off, says so, and goes on when it is back', () => {
    start(false)
    say(0, { sequence: 1, text: 'lost' })
    expect(take()).toMatchObject([{ ack: 1, accepted: 4, flags: 0x20 }])
    engine.hostChanged(true, 10)
    say(20, { sequence: 2, text: 'kept' })
    expect(take()).toMatchObject([{ ack: 2, accepted: 4, flags: 0 }])
    expect(written).toBe('kept')
    expect(engine.counters.discarded).toBe(4)
  })

  it('sends a break once for its retransmissions, and behind the characters before it', () => {
    room = 2
    say(0, { sequence: 1, text: 'abc' })
    say(1, { sequence: 2, flags: 0x10 })
    say(2, { sequence: 2, flags: 0x10 })
    expect(breaks).toEqual([])
    room = 10
    engine.hostRoom(3)
    expect(breaks).toEqual([3])
    expect(take().map((packet) => packet.ack)).toEqual([1, 2, 2])
  })

  it('flushes what waits either way', () => {
    room = 0
    say(0, { sequence: 1, text: 'typed' })
    engine.fromHost(text('said'), 0)
    say(1, { sequence: 2, flags: 0x03 })
    take()
    room = 100
    engine.hostRoom(2)
    expect(written).toBe('')
    expect(engine.wakeAt).toBeUndefined()
  })
})

describe('to the remote console', () => {
  it('waits the accumulate interval for company', () => {
    engine.fromHost(text('a'), 0)
    engine.fromHost(text('b'), 3)
    expect(take()).toEqual([])
    expect(engine.wakeAt).toBe(5)
    engine.due(5)
    expect(take()).toMatchObject([{ sequence: 1, ack: 0, text: 'ab' }])
  })

  it('sends at once at the threshold', () => {
    engine.fromHost(text('x'.repeat(96)), 0)
    expect(take()).toHaveLength(1)
  })

  it('has one packet in flight, and the next follows the acknowledge', () => {
    engine.fromHost(text('x'.repeat(300)), 0)
    expect(take()).toMatchObject([{ sequence: 1 }])
    say(1, { ack: 1, accepted: 255 })
    engine.due(6)
    expect(take()).toMatchObject([{ sequence: 2, text: 'x'.repeat(45) }])
  })

  it('resends the same packet, then probes a silent console, and goes on when it speaks', () => {
    engine.fromHost(text('a'), 0)
    for (const now of [5, 105, 205, 1005]) {
      expect(engine.wakeAt).toBe(now)
      engine.due(now)
    }
    expect(engine.wakeAt).toBe(3005)
    expect(take().map((packet) => packet.sequence)).toEqual([1, 1, 1, 1])
    say(3000, { sequence: 1, text: 'hello?' })
    expect(take()).toMatchObject([{ ack: 1 }, { sequence: 1, text: 'a' }])
    say(3010, { ack: 1, accepted: 1 })
    expect(engine.wakeAt).toBeUndefined()
  })

  it('loses nothing when retries run out: what was said since follows in order', () => {
    engine.fromHost(text('first '), 0)
    for (const now of [5, 105, 205, 1005]) engine.due(now)
    engine.fromHost(text('second'), 1100)
    take()
    engine.due(3005)
    expect(take()).toMatchObject([{ sequence: 1, text: 'first ' }])
    say(3006, { ack: 1, accepted: 6 })
    expect(take()).toMatchObject([{ sequence: 2, text: 'second', flags: 0 }])
  })

  it('waits as long as a packet needs there and back, and no longer once that is short again', () => {
    let now = 0
    let ack = 0
    const interval = (roundTrip: number) => {
      engine.fromHost(text('x'), now)
      now += 5
      engine.due(now)
      const waited = (engine.wakeAt ?? 0) - now
      now += roundTrip
      ack = (ack % 15) + 1
      say(now, { ack, accepted: 1 })
      return waited
    }
    for (let packets = 0; packets < 40; packets++) interval(300)
    const slow = interval(300)
    expect(slow).toBeGreaterThan(400)
    expect(slow).toBeLessThanOrEqual(450)
    interval(1)
    expect(interval(1)).toBe(100)
  })

  it('sends the rest of a short count under a new number', () => {
    engine.fromHost(text('abcdef'), 0)
    engine.due(5)
    say(6, { ack: 1, accepted: 2 })
    expect(take()).toMatchObject([{ sequence: 1 }, { sequence: 2, text: 'cdef' }])
  })

  it('waits after a NACK before it tries again', () => {
    engine.fromHost(text('abc'), 0)
    engine.due(5)
    take()
    say(6, { ack: 1, accepted: 0, flags: 0x40 })
    expect(take()).toEqual([])
    expect(engine.wakeAt).toBe(106)
    engine.due(106)
    expect(take()).toMatchObject([{ sequence: 2, text: 'abc' }])
  })

  it('ignores an acknowledge of another packet', () => {
    engine.fromHost(text('abc'), 0)
    engine.due(5)
    say(6, { ack: 7, accepted: 3 })
    expect(engine.wakeAt).toBe(105)
  })

  it('holds the system back for a console that is slow, not for one that is silent', () => {
    engine.fromHost(text('x'.repeat(20_000)), 0)
    expect(held).toBe(true)
    let now = 0
    for (let ack = 1; held && now < 1000; now++) {
      say(now, { ack, accepted: 255 })
      ack = (ack % 15) + 1
    }
    expect(held).toBe(false)
    engine.fromHost(text('x'.repeat(20_000)), now)
    expect(held).toBe(true)
    for (let tries = 0; tries < 4; tries++) engine.due(engine.wakeAt ?? now)
    expect(held).toBe(false)
  })

  it('keeps the newest 64 KiB for a silent console, and says that it lost some', () => {
    engine.fromHost(text('first'), 0)
    for (const now of [5, 105, 205, 1005]) engine.due(now)
    take()
    engine.fromHost(text('old'), 1100)
    engine.fromHost(text('n'.repeat(65536)), 1100)
    expect(engine.counters.overruns).toBe(3)
    say(1200, { ack: 1, accepted: 5 })
    expect(take()).toMatchObject([{ sequence: 2, flags: 0x08, text: 'n'.repeat(255) }])
  })

  it('says that it is deactivated', () => {
    engine.sayDeactivated()
    expect(take()).toMatchObject([{ sequence: 0, flags: 0x10 }])
  })
})
