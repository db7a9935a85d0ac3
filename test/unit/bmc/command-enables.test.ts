import { expect, test } from 'vitest'
import { CommandEnables } from '../../../src/bmc/command-enables.ts'
import { MemoryStore } from '../../../src/bmc/store.ts'

test('what is not among the commands that are set stays as it is', () => {
  const store = new MemoryStore()
  const enables = new CommandEnables(store, [1, 15])
  expect(enables.any).toBe(false)
  enables.set(1, [10, 11, 12], new Set([11]))
  enables.set(1, [20, 21], new Set([20]))
  const off = (one: CommandEnables) => [10, 11, 12, 20, 21].filter((number) => !one.allows(1, number))
  expect(off(enables)).toEqual([10, 12, 21])
  expect(enables.allows(15, 10)).toBe(true)
  expect(off(new CommandEnables(store, [1, 15]))).toEqual([10, 12, 21])
  enables.set(1, [10, 11, 12, 20, 21], new Set([10, 11, 12, 20, 21]))
  expect(enables.any).toBe(false)
  expect(new CommandEnables(store, [1, 15]).any).toBe(false)
})

test('a stored value of another shape counts as none', () => {
  const store = new MemoryStore()
  store.set('channel.1.disabled-commands', { 1: 'x' })
  expect(new CommandEnables(store, [1]).any).toBe(false)
})
