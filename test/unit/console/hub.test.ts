import { beforeEach, expect, it } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { ConsoleHub } from '../../../src/console/hub.ts'
import { MemoryScrollback } from '../../../src/console/scrollback.ts'
import { FakePort } from '../../support/fake-port.ts'

let port: FakePort
let hub: ConsoleHub
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1')

beforeEach(() => {
  port = new FakePort()
  hub = new ConsoleHub({ port, scrollback: new MemoryScrollback(8), log: silentLogger })
})

it('shows every viewer what is said from its opening on, and keeps the end of it', () => {
  const seen = ['', '']
  hub.open().onData((bytes) => {
    seen[0] += text(bytes)
  })
  port.say('boot ')
  hub.open().onData((bytes) => {
    seen[1] += text(bytes)
  })
  port.say('login:')
  expect(seen).toEqual(['boot login:', 'login:'])
  expect(text(hub.backlog())).toBe('t login:')
})

it('says nothing more to a viewer that left, even in the middle of a telling', () => {
  const [first, second] = [hub.open(), hub.open()]
  let seen = ''
  first.onData(() => second.close())
  second.onData((bytes) => {
    seen += text(bytes)
  })
  port.say('x')
  expect(seen).toBe('')
})

it('is paused while any viewer wishes it', () => {
  const [a, b] = [hub.open(), hub.open()]
  a.pause()
  b.pause()
  a.pause()
  a.resume()
  expect(port.paused).toBe(true)
  b.close()
  expect(port.paused).toBe(false)
  b.pause()
  expect(port.paused).toBe(false)
})

it('passes writes, breaks, room and coming and going', () => {
  const viewer = hub.open()
  const events: unknown[] = []
  viewer.onUp((up) => events.push(up))
  viewer.onDrain(() => events.push('drain'))
  port.room = 2
  expect(viewer.write(Buffer.from('abc'))).toBe(2)
  viewer.sendBreak()
  port.drained()
  port.setUp(false)
  expect(viewer.up).toBe(false)
  expect(port.written).toBe('ab<break>')
  expect(events).toEqual(['drain', false])
})

it('closes its port once', () => {
  hub.close()
  hub.close()
  expect(port.closed).toBe(1)
})

it('goes on when the output cannot be kept', () => {
  const scrollback = new MemoryScrollback(8)
  scrollback.append = () => {
    throw new Error('disk full')
  }
  const other = new ConsoleHub({ port, scrollback, log: silentLogger })
  let seen = ''
  other.open().onData((bytes) => {
    seen += text(bytes)
  })
  port.say('x')
  expect(seen).toBe('x')
})
