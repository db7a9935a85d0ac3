import { expect, test } from 'vitest'
import {
  cpuMsOf,
  interfaceBytes,
  ioBytesOf,
  memoryBytesOf,
  statFields,
  tapsOf,
} from '../../../src/base/process-counts.ts'

const linux = process.platform === 'linux'
/** Beyond any pid that Linux gives. */
const nobody = 2 ** 22 + 1

test.skipIf(!linux)('our own process is seen as it sees itself', () => {
  const { user, system } = process.cpuUsage()
  const cpuMs = cpuMsOf(process.pid) ?? Number.NaN
  expect(cpuMs).toBeGreaterThan(0)
  // Ticks of 10 ms, and children that Node does not count.
  expect(cpuMs).toBeGreaterThan((user + system) / 1000 - 500)
  expect(memoryBytesOf(process.pid)).toBeGreaterThan(process.memoryUsage().heapUsed)
  const before = ioBytesOf(process.pid) ?? Number.NaN
  expect(ioBytesOf(process.pid)).toBeGreaterThan(before)
  expect(Number(statFields(process.pid)?.[1])).toBe(process.ppid)
  expect(tapsOf(process.pid)).toEqual([])
})

test.skipIf(!linux)('an interface is counted by its name', () => {
  expect(interfaceBytes('lo')).toBeGreaterThanOrEqual(0)
})

test('what is not there has no counts', () => {
  const all = [cpuMsOf(nobody), memoryBytesOf(nobody), ioBytesOf(nobody), statFields(nobody)]
  expect(all).toEqual([undefined, undefined, undefined, undefined])
  expect([interfaceBytes('no-such-if'), tapsOf(nobody)]).toEqual([undefined, []])
})
