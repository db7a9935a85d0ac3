import { expect, test } from 'vitest'
import { type Attention, type GlobalEnables, Messages } from '../../../src/bmc/messages.ts'

const quiet: GlobalEnables = {
  oem: 0,
  eventLogging: true,
  eventBuffer: true,
  eventBufferInterrupt: false,
  receiveQueueInterrupt: false,
}
const message = { channel: 1, level: 4, data: Uint8Array.of(1, 2, 3) }
const record = new Uint8Array(16).fill(7)

function attended() {
  const said: string[] = []
  const attention: Attention = {
    signal: (state) => said.push(state),
    allowInterrupts: (allowed) => said.push(allowed ? 'interrupts' : 'no interrupts'),
  }
  const messages = new Messages()
  messages.attach(attention)
  return { messages, said, last: () => said.at(-1) }
}

test('attention as long as something waits', () => {
  const { messages, last } = attended()
  expect(last()).toBe('none')
  messages.setEnables(quiet)
  messages.put(message)
  expect(last()).toBe('attention')
  messages.keepEvent(record)
  expect(messages.take()).toBe(message)
  expect(last()).toBe('attention')
  expect(messages.takeEvent()).toBe(record)
  expect(last()).toBe('none')
  expect([messages.take(), messages.takeEvent()]).toEqual([undefined, undefined])
})

test('an interrupt only for what it is enabled for', () => {
  const { messages, said, last } = attended()
  messages.setEnables({ ...quiet, eventBufferInterrupt: true })
  expect(said).toContain('interrupts')
  messages.put(message)
  expect(last()).toBe('attention')
  messages.keepEvent(record)
  expect(last()).toBe('attention with interrupt')
  messages.clear({ eventBufferFull: true, messageAvailable: false, watchdogPreTimeout: false })
  expect(last()).toBe('attention')
  messages.setEnables({ ...quiet, receiveQueueInterrupt: true })
  expect(last()).toBe('attention with interrupt')
})

test('the first event stays until it is read; none is kept while the buffer is off', () => {
  const messages = new Messages()
  messages.keepEvent(record)
  expect(messages.flags.eventBufferFull).toBe(false)
  messages.setEnables(quiet)
  messages.keepEvent(record)
  messages.keepEvent(new Uint8Array(16))
  expect(messages.takeEvent()).toBe(record)
})

test('a queue that nobody empties is full at some time', () => {
  const messages = new Messages()
  const many = () => {
    for (let i = 0; i < 1000; i++) messages.put(message)
  }
  expect(many).toThrow(expect.objectContaining({ reason: 'full' }))
})

test('a reset of the system: enables as at first, and what waits for whoever comes next', () => {
  const { messages, said, last } = attended()
  messages.setEnables({ ...quiet, oem: 5, eventLogging: false, receiveQueueInterrupt: true })
  messages.put(message)
  messages.keepEvent(record)
  messages.setWatchdogPreTimeout(true)
  messages.systemReset()
  expect(messages.enables).toEqual({ ...quiet, oem: 5, eventBuffer: false })
  expect(messages.flags).toEqual({ watchdogPreTimeout: false, eventBufferFull: true, messageAvailable: true })
  expect(said).toContain('no interrupts')
  expect(last()).toBe('attention')
})

test('power off: nobody is interrupted any more and nothing waits; event logging stays as set', () => {
  const { messages, last } = attended()
  messages.setEnables({ ...quiet, eventLogging: false, receiveQueueInterrupt: true })
  messages.put(message)
  messages.setWatchdogPreTimeout(true)
  messages.powerOff()
  expect(last()).toBe('none')
  expect(messages.enables).toEqual({ ...quiet, eventLogging: false })
  expect(messages.flags).toEqual({ watchdogPreTimeout: false, eventBufferFull: false, messageAvailable: false })
})
