import { describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../../src/app/node-status.ts'
import { nodesAndNic } from '../../../src/cli/chosen-nodes.ts'
import { UsageError } from '../../../src/cli/exit-code.ts'
import { changeOf } from '../../../src/cli/link.ts'

describe('bmcsim link', () => {
  it('takes several changes in one', () => {
    expect(changeOf([])).toBeUndefined()
    expect(changeOf(['down'])).toEqual({ up: false })
    expect(changeOf(['up', 'delay=100ms', 'jitter=5', 'loss=1%', 'rate=10M'])).toEqual({
      up: true,
      delayMs: 100,
      jitterMs: 5,
      lossPercent: 1,
      rateBps: 10e6,
    })
    expect(changeOf(['rate=none'])).toEqual({ rateBps: null })
  })

  it.each([
    ['dwon', '"dwon" says nothing about a link (up, down, delay=, jitter=, loss=, rate=); did you mean "down"?'],
    ['delya=1', 'did you mean "delay=..."?'],
    ['delay', 'delay must be a time up to 10s, like 100ms'],
    ['delay=', 'delay must be a time up to 10s, like 100ms'],
    ['loss=200', 'loss must be per cent'],
    ['rate=fast', 'rate must be bits a second from 1k'],
  ])('says what is wrong with %s', (word, words) => {
    expect(() => changeOf(['up', word])).toThrow(UsageError)
    expect(() => changeOf(['up', word])).toThrow(words)
  })

  it('takes a node, a set, or one NIC of them', () => {
    const nodes = ['cn1', 'cn2', 'odd:1'].map((name) => ({ name }) as NodeStatus)
    expect(nodesAndNic('cn1', nodes)).toEqual({ names: ['cn1'], nic: undefined })
    expect(nodesAndNic('cn1:2', nodes)).toEqual({ names: ['cn1'], nic: 2 })
    expect(nodesAndNic('cn[1-2]:0', nodes)).toEqual({ names: ['cn1', 'cn2'], nic: 0 })
    expect(nodesAndNic('all:1', nodes)).toEqual({ names: ['cn1', 'cn2', 'odd:1'], nic: 1 })
    expect(nodesAndNic('odd:1', nodes)).toEqual({ names: ['odd:1'], nic: undefined })
    expect(nodesAndNic('odd:1:3', nodes)).toEqual({ names: ['odd:1'], nic: 3 })
    expect(() => nodesAndNic('cn1:eth0', nodes)).toThrow(UsageError)
  })
})
