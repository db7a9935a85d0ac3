import { describe, expect, it } from 'vitest'
import { findInPools, nameInPool } from '../../../../src/config/pool.ts'
import { readLabFile } from '../../../../src/config/yaml/read-lab-file.ts'
import { configFile, lab, problemsOf } from '../../../support/config-files.ts'

const text = (pools: string, more = '') =>
  `defaults:\n  users: [{ name: admin, password: secret }]\n${more}pools:\n${pools}\n`
const created = (pools: string, ...names: string[]) =>
  readLabFile(
    configFile('lab.yaml', text(pools)),
    undefined,
    names.map((name) => ({ name, image: undefined })),
  ).nodes
const wrong = (pools: string) => problemsOf(() => lab(text(pools, 'nodes: { a: }\n')))

const vnode = `  vnode:
    range: 01-40
    mac: "52:54:00:00:00:{hex}"
    address: 192.168.1.{n}
    bmc: { address: "127.10.1.{n}" }
    machine: { kind: qemu, image: test-guest, append: "id={nnn}" }
    ready: { ssh: 22 }`

describe('a pool', () => {
  it('makes nothing by itself, and its nodes by their numbers, the same every time', () => {
    expect(lab(text(vnode))).toMatchObject({ nodes: [], pools: [{ stem: 'vnode', first: 1, last: 40, width: 2 }] })
    const [node] = created(vnode, 'vnode18')
    expect(node).toMatchObject({
      name: 'vnode18',
      address: '192.168.1.18',
      channels: [{ addresses: [{ host: '127.10.1.18' }] }],
      ready: { checks: [{ kind: 'ssh', host: '192.168.1.18', port: 22 }] },
      machine: {
        startNow: true,
        append: 'id=018',
        image: { name: 'test-guest' },
        nics: [{ mac: '52:54:00:00:00:12' }],
      },
    })
    expect(created(vnode, '3', 'vnode18')[1]).toEqual(node)
  })

  it('has other patterns for a MAC: the digits themselves, and two bytes', () => {
    const mac = (pattern: string, range: string, name: string) => {
      const [{ machine }] = created(`  n: { range: ${range}, mac: "${pattern}", machine: { kind: simulated } }`, name)
      return machine.kind === 'simulated' ? machine.nics[0]?.mac : undefined
    }
    expect(mac('52:54:00:00:00:{nn}', '1-99', 'n8')).toBe('52:54:00:00:00:08')
    expect(mac('52:54:00:00:{hex2}', '1-999', 'n300')).toBe('52:54:00:00:01:2c')
  })

  it('takes ranges in step, and a NIC of its own words', () => {
    const [node] = created(
      '  n:\n    range: 5-8\n    width: 3\n    mac: "52:54:00:00:{hex2}"\n    bmc: { address: "127.10.2.[1-4]" }\n    machine: { kind: simulated, nics: [{ model: virtio-net-pci }, user] }',
      '7',
    )
    expect(node.name).toBe('n007')
    expect(node.channels[0].addresses[0].host).toBe('127.10.2.3')
    expect(node.machine).toMatchObject({ nics: [{ mac: '52:54:00:00:00:07', model: 'virtio-net-pci' }, {}] })
  })

  it('is looked at before a node is made of it', () => {
    expect(wrong('  n: { range: 1-300, mac: "52:54:00:00:00:{nnn}" }')).toEqual([
      expect.stringContaining('"52:54:00:00:00:001" is no MAC address'),
      expect.stringContaining('"52:54:00:00:00:300" is no MAC address'),
    ])
    expect(wrong('  n: { range: 1-9, ready: { sssh: 22 } }')[0]).toContain('unknown key "sssh"; did you mean "ssh"?')
    expect(wrong('  n: { range: 1-9, rang: 1 }')[0]).toContain('did you mean "range"?')
    expect(wrong('  n: { range: all }')[0]).toContain('range is the first and the last number, like 1-99')
    expect(wrong('  n: { range: 9-1 }')[0]).toContain('swap them')
    expect(wrong('  n: { width: 2 }')[0]).toContain('"range" is missing')
    expect(wrong('  1n: { range: 1-2 }')[0]).toContain('is no beginning of a name')
    // A pool that is wrong is there all the same.
    expect(problemsOf(() => lab(text('  n: { range: 1-9, rang: 1 }')))).toHaveLength(1)
    expect(problemsOf(() => lab('pools: {}\n'))).toContainEqual(expect.stringContaining('there are no nodes'))
  })

  it('owns its names alone', () => {
    expect(wrong('  n: { range: 10-19 }\n  n1: { range: 0-9 }')).toEqual([
      '6:3+2 n10 is in the pool n already; a name belongs to one pool only',
    ])
    const both = text('  n: { range: 1-9 }', 'nodes: { n3: }\n')
    const read = () => readLabFile(configFile('lab.yaml', both), undefined, [{ name: 'n3', image: undefined }])
    expect(problemsOf(read)).toContainEqual(
      expect.stringMatching(
        /^5:3\+1 n3 is one of the nodes of this file and cannot be created as well; .* bmcsim rm n3$/,
      ),
    )
  })

  it('has its MAC where the error about it is', () => {
    expect(wrong('  n: { range: 1-300, mac: "52:54:00:00:00:{hex}" }')).toEqual([
      '5:27+22 "52:54:00:00:00:12c" is no MAC address; write one like 52:54:00:12:34:56',
    ])
  })

  it('is where the error about an image is', () => {
    const read = () =>
      readLabFile(configFile('lab.yaml', text('  n: { range: 1-9, machine: { image: test-guest } }')), undefined, [
        { name: 'n3', image: 'f39' },
      ])
    expect(problemsOf(read)).toEqual([expect.stringMatching(/^4:3\+1 n3:f39: there is no image "f39"/)])
  })
})

describe('the name of a node of a pool', () => {
  const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
  const pools = [
    { stem: 'vnode', first: 1, last: 40, width: 2, at },
    { stem: 'cn', first: 30, last: 120, width: 3, at },
  ]
  const named = (word: string) => {
    const found = findInPools(word, pools)
    return typeof found === 'string' ? found : nameInPool(found.pool, found.number)
  }

  it('is a number or a name, with or without zeros', () => {
    expect(['3', '03', 'vnode3', 'vnode03', 'vnode003'].map(named)).toEqual(Array(5).fill('vnode03'))
    expect(['100', 'cn31', 'cn031'].map(named)).toEqual(['cn100', 'cn031', 'cn031'])
  })

  it('is refused where it is in none, or in two', () => {
    expect(named('35')).toBe('"35" may be vnode35 or cn035; write the whole name')
    expect(named('121')).toBe('"121" is in no pool; there are vnode01 to vnode40, cn030 to cn120')
    for (const none of ['vnode', 'vnode41', 'cn1', 'other3', 'vnode3x']) expect(named(none)).toContain('is in no pool')
  })
})
