import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MacTable } from '../../../../src/net/segment/mac-table.ts'
import { Switch } from '../../../../src/net/segment/switch.ts'
import { broadcast, frameOf, mac } from '../../../support/frames.ts'

const ageMs = 300_000

/** A switch with so many ports, and what came out of each. */
function made(ports: number, mtu = 1500) {
  const out: Uint8Array[][] = Array.from({ length: ports }, () => [])
  const one = new Switch(mtu)
  const numbers = out.map((list) => one.join((frame) => list.push(frame)))
  /** The ports that a frame came out of. */
  const sent = (port: number, frame: Uint8Array, now = 0): number[] => {
    for (const list of out) list.length = 0
    one.receive(numbers[port], frame, now)
    for (const list of out) for (const found of list) expect(found).toBe(frame)
    return out.flatMap((list, i) => list.map(() => i))
  }
  return { one, numbers, sent }
}

describe('a switch', () => {
  it('floods what it does not know, and learns from who speaks', () => {
    const { sent } = made(4)
    expect(sent(0, frameOf(mac(2), mac(1)))).toEqual([1, 2, 3])
    expect(sent(2, frameOf(mac(1), mac(2)))).toEqual([0])
    expect(sent(0, frameOf(mac(2), mac(1)))).toEqual([2])
    expect(sent(0, frameOf(broadcast, mac(1)))).toEqual([1, 2, 3])
    expect(sent(3, frameOf(Uint8Array.of(0x33, 0x33, 0, 0, 0, 1), mac(4)))).toEqual([0, 1, 2])
  })

  it('never sends a frame back to where it came from', () => {
    const { sent } = made(2)
    sent(0, frameOf(broadcast, mac(1)))
    expect(sent(0, frameOf(mac(1), mac(2)))).toEqual([])
  })

  it('follows a station that moves, and forgets one that is silent', () => {
    const { sent } = made(3)
    sent(0, frameOf(broadcast, mac(1)))
    expect(sent(2, frameOf(mac(1), mac(3)), ageMs)).toEqual([0])
    expect(sent(2, frameOf(mac(1), mac(3)), ageMs + 1)).toEqual([0, 1])
    sent(1, frameOf(broadcast, mac(1)), ageMs + 2)
    expect(sent(2, frameOf(mac(1), mac(3)), ageMs + 3)).toEqual([1])
  })

  it('forgets who was on a port that is left or whose cable was pulled', () => {
    const { one, numbers, sent } = made(3)
    sent(0, frameOf(broadcast, mac(1)))
    one.forget(numbers[0])
    expect(sent(2, frameOf(mac(1), mac(3)))).toEqual([0, 1])
    sent(0, frameOf(broadcast, mac(1)))
    one.leave(numbers[0])
    expect(sent(2, frameOf(mac(1), mac(3)))).toEqual([1])
    const found: Uint8Array[] = []
    expect(one.join((frame) => found.push(frame))).toBe(numbers[0])
    expect(sent(2, frameOf(mac(1), mac(3)))).toEqual([1])
    expect(found).toHaveLength(1)
  })

  it('learns nothing from a source that is a group, and forwards the frame', () => {
    const { sent } = made(3)
    const group = Uint8Array.of(0x01, 0, 0x5e, 0, 0, 1)
    expect(sent(0, frameOf(mac(9), group))).toEqual([1, 2])
    expect(sent(1, frameOf(group, mac(2)))).toEqual([0, 2])
  })

  it('keeps what is for the other end of the cable', () => {
    const { sent } = made(2)
    for (const last of [0x00, 0x01, 0x0e, 0x0f]) {
      expect(sent(0, frameOf(Uint8Array.of(0x01, 0x80, 0xc2, 0, 0, last), mac(1)))).toEqual([])
    }
    expect(sent(0, frameOf(Uint8Array.of(0x01, 0x80, 0xc2, 0, 0, 0x10), mac(1)))).toEqual([1])
  })

  it('refuses what is shorter than a header or longer than the MTU with a tag', () => {
    const { one, numbers, sent } = made(2, 1500)
    expect(sent(0, frameOf(mac(2), mac(1), new Uint8Array(1504)))).toEqual([1])
    expect(sent(0, frameOf(mac(2), mac(1), new Uint8Array(1505)))).toEqual([])
    expect(one.receive(numbers[0], frameOf(mac(2), mac(1), new Uint8Array(1505)), 0)).toBe(false)
    expect(sent(0, frameOf(mac(2), mac(1)).subarray(0, 13))).toEqual([])
    expect(sent(0, frameOf(mac(2), mac(1)).subarray(0, 14))).toEqual([1])
    expect(made(2, 9000).sent(0, frameOf(mac(2), mac(1), new Uint8Array(9000)))).toEqual([1])
  })

  it('does for any stations what a list of all that was heard says', () => {
    const event = fc.record({
      port: fc.nat(3),
      from: fc.nat(40),
      to: fc.oneof(fc.nat(40), fc.constant(-1)),
      laterMs: fc.constantFrom(0, 1, 1000, ageMs, ageMs + 1),
    })
    fc.assert(
      fc.property(fc.array(event, { maxLength: 80 }), (events) => {
        const { sent } = made(4)
        const heard = new Map<number, { port: number; at: number }>()
        let now = 0
        for (const { port, from, to, laterMs } of events) {
          now += laterMs
          heard.set(from, { port, at: now })
          const known = to < 0 ? undefined : heard.get(to)
          const others = [0, 1, 2, 3].filter((other) => other !== port)
          const isKnown = known !== undefined && now - known.at <= ageMs
          const expected = isKnown ? [known.port].filter((one) => one !== port) : others
          expect(sent(port, frameOf(to < 0 ? broadcast : mac(to), mac(from)), now)).toEqual(expected)
        }
      }),
    )
  })
})

describe('the table of a switch', () => {
  it('holds the stations of a large lab, whose addresses follow each other', () => {
    const table = new MacTable()
    for (let i = 0; i < 2000; i++) table.learn(0x5254, 0x00100000 + i, i % 32, 0)
    for (let i = 0; i < 2000; i++) expect(table.find(0x5254, 0x00100000 + i, 1)).toBe(i % 32)
  })

  it('does not grow whoever invents addresses, and knows again who speaks', () => {
    const table = new MacTable()
    table.learn(0x5254, 7, 3, 0)
    for (let i = 0; i < 200_000; i++) table.learn(0x0200, Math.imul(i, 2654435761) >>> 0, 9, 1 + i)
    table.learn(0x5254, 7, 3, 300_000)
    expect(table.find(0x5254, 7, 300_001)).toBe(3)
    let known = 0
    for (let i = 0; i < 200_000; i++) if (table.find(0x0200, Math.imul(i, 2654435761) >>> 0, 200_001) === 9) known++
    expect(known).toBeGreaterThan(1000)
    expect(known).toBeLessThanOrEqual(4096)
  })

  it('tells addresses apart that have the same last four bytes, and 00:00:00:00:00:00 from nothing', () => {
    const table = new MacTable()
    expect(table.find(0, 0, 0)).toBe(-1)
    table.learn(0, 0, 2, 0)
    table.learn(0x0200, 0, 3, 0)
    expect([table.find(0, 0, 0), table.find(0x0200, 0, 0), table.find(0x0400, 0, 0)]).toEqual([2, 3, -1])
  })
})
