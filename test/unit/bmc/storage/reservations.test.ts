import { expect, test } from 'vitest'
import { Reservations } from '../../../../src/bmc/storage/reservations.ts'

test('readers do not disturb each other; only the latest may write; a change cancels all', () => {
  const reservations = new Reservations()
  const [first, second] = [reservations.take(), reservations.take()]
  expect([first, second].map((id) => reservations.mayRead(id))).toEqual([true, true])
  expect([first, second].map((id) => reservations.mayWrite(id))).toEqual([false, true])
  expect(reservations.mayRead(0)).toBe(false)
  reservations.cancel()
  expect([reservations.mayRead(first), reservations.mayWrite(second)]).toEqual([false, false])
})

test('numbers go round and are never 0', () => {
  const reservations = new Reservations()
  const seen = new Set(Array.from({ length: 0x10000 }, () => reservations.take()))
  expect(seen.has(0)).toBe(false)
  expect(seen.size).toBe(0xffff)
})
