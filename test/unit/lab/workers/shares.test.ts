import { describe, expect, it } from 'vitest'
import { shareOut } from '../../../../src/lab/workers/shares.ts'
import { lab } from '../../../support/config-files.ts'

/** A lab file's nodes, and who gets which of `workers`: the names, and the networks. */
function shares(text: string, workers: number) {
  const { nodes, networks } = lab(text)
  const planned = nodes.map((config) => ({ config, folder: undefined }))
  return shareOut(planned, networks, workers).map((share) => [
    share.nodes.map(({ config }) => config.name).join(' '),
    share.networks.map(({ name }) => name).join(' '),
  ])
}

const head = `defaults: { machine: simulated, users: [{ name: admin, password: password }], bmc: { address: 127.0.0.1 } }
`

const segments = (
  nodes: Record<string, readonly string[]>,
) => `${head}networks: { a: segment, b: segment, c: segment, out: user }
nodes:
${Object.entries(nodes)
  .map(([name, nics]) => `  ${name}: { machine: { nics: [${nics.map((nic) => `{ network: ${nic} }`).join(', ')}] } }`)
  .join('\n')}
`

describe('who runs which node', () => {
  it.each([
    [1, 4, ['n1 n2 n3 n4']],
    [2, 4, ['n1 n2', 'n3 n4']],
    [2, 5, ['n1 n2 n3', 'n4 n5']],
    [3, 7, ['n1 n2 n3', 'n4 n5', 'n6 n7']],
    [4, 2, ['n1', 'n2']],
  ])('%i workers have %i nodes between them, in the order of the file', (workers, count, expected) => {
    expect(shares(`${head}nodes: { "n[1-${count}]": {} }\n`, workers).map(([names]) => names)).toEqual(expected)
  })

  it('keeps a segment in one thread, with its network; what the system carries ties nobody', () => {
    const text = segments({ n1: ['out'], n2: ['a'], n3: ['out'], n4: ['a', 'out'], n5: ['b'], n6: ['b'] })
    expect(shares(text, 2)).toEqual([
      ['n1 n2 n4', 'a c out'],
      ['n3 n5 n6', 'b out'],
    ])
  })

  it('follows a chain of segments, also where a later node joins two', () => {
    expect(shares(segments({ n1: ['a'], n2: ['b'], n3: ['c'], n4: ['a', 'b'] }), 2)).toEqual([
      ['n1 n2 n4', 'a b out'],
      ['n3', 'c out'],
    ])
    expect(shares(segments({ n1: ['a'], n2: ['b'], n3: ['a', 'b', 'c'], n4: ['c'] }), 4)).toEqual([
      ['n1 n2 n3 n4', 'a b c out'],
    ])
  })
})
