import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { FileLedger, ledgerOf, type Made, tidyLedger } from '../../../src/base/ledger.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const address: Made = { kind: 'address', address: '10.0.0.5', interface: 'br0', node: 'cn01', part: 'lan 1' }
const space: Made = { kind: 'namespace', name: 'bmcsim-cn02' }
const vm: Made = { kind: 'process', what: 'QEMU', pid: 4711, startTime: 12, node: 'cn01' }

describe('what was made', () => {
  it('is found by the next process, in its order, without what was undone', () => {
    const path = join(tempFolder(), 'state', 'made.jsonl')
    const before = new FileLedger(path)
    for (const made of [vm, address, space]) before.record(made)
    before.forget({ ...address })
    before.record(address)
    before.forget(vm)
    expect(new FileLedger(path).made).toEqual([space, address])
    expect(before.made).toEqual([space, address])
  })

  it('is noted once', () => {
    const path = join(tempFolder(), 'made.jsonl')
    const ledger = new FileLedger(path)
    ledger.record(vm)
    ledger.record({ startTime: 12, pid: 4711, what: 'QEMU', kind: 'process', node: 'cn01' })
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(1)
    ledger.forget(vm)
    expect(new FileLedger(path).made).toEqual([])
  })

  it('survives lines that are half written or mean nothing', () => {
    const path = join(tempFolder(), 'made.jsonl')
    const ledger = new FileLedger(path)
    ledger.record(space)
    const lines = [
      '{"made":{"kind":"address","addr',
      '{"made":{"kind":"moon"}}',
      '{"made":{"kind":"process","pid":"1"}}',
      '5',
    ]
    appendFileSync(path, `${lines.join('\n')}\n`)
    ledger.record(vm)
    expect(new FileLedger(path).made).toEqual([space, vm])
  })

  it('of one owner is seen and signed by that one alone', () => {
    const path = join(tempFolder(), 'made.jsonl')
    const all = new FileLedger(path)
    const lan = ledgerOf(all, { node: 'cn01', part: 'lan 1' })
    all.record(space)
    lan.record({ kind: 'address', address: '10.0.0.5', interface: 'br0' })
    ledgerOf(all, { node: 'cn01', part: 'lan 2' }).record({ kind: 'address', address: '10.0.0.5', interface: 'br0' })
    expect(lan.made).toEqual([address])
    lan.forget(address)
    expect(all.made).toEqual([space, { ...address, part: 'lan 2' }])
  })

  it('is tidied to a line each, and to no file for nothing', () => {
    const path = join(tempFolder(), 'made.jsonl')
    tidyLedger(path)
    expect(existsSync(path)).toBe(false)
    const ledger = new FileLedger(path)
    for (const made of [vm, address]) ledger.record(made)
    ledger.forget(vm)
    tidyLedger(path)
    expect(readFileSync(path, 'utf8')).toBe(`${JSON.stringify({ made: address })}\n`)
    ledger.forget(address)
    tidyLedger(path)
    expect(existsSync(path)).toBe(false)
  })
})
