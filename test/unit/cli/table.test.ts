import { describe, expect, it } from 'vitest'
import type { NodeStatus } from '../../../src/app/node-status.ts'
import { endpoint, nodeTable, renderTable, shellWord } from '../../../src/cli/table.ts'
import { lanTotals } from '../../../src/lan/counters.ts'

const node: NodeStatus = {
  name: 'cn01',
  power: 'off',
  stage: 'off',
  address: null,
  xname: null,
  machine: 'simulated',
  standIn: true,
  guid: '00112233-4455-5677-8899-aabbccddeeff',
  bmc: {
    address: '127.10.0.1',
    port: 623,
    user: 'admin',
    source: 'static',
    namespace: null,
    listen: [{ address: '127.10.0.1', port: 623 }],
  },
  redfish: null,
  sharedRedfish: null,
  console: { device: 'serial', up: false },
  sessions: 0,
  packets: lanTotals([]),
}

describe('tables', () => {
  it('line up', () => {
    expect(
      renderTable([
        ['A', 'BB'],
        ['ccc', ''],
        ['d', 'e'],
      ]),
    ).toBe('A    BB\nccc\nd    e')
  })

  it('show a node a line', () => {
    const other = { ...node, name: 'a-longer-name', power: 'on', bmc: { ...node.bmc, user: '' } } as const
    expect(nodeTable([node, other]).split('\n')).toEqual([
      'NODE           BMC             USER   POWER  MACHINE    CONSOLE',
      'cn01           127.10.0.1:623  admin  off    simulated  serial',
      'a-longer-name  127.10.0.1:623  ""     on     simulated  serial',
    ])
  })

  it('say where Redfish is, if any node serves it', () => {
    const other = { ...node, name: 'cn02', redfish: 'https://127.10.0.2:8443' }
    expect(nodeTable([node, other]).split('\n')).toEqual([
      'NODE  BMC             REDFISH                  USER   POWER  MACHINE    CONSOLE',
      'cn01  127.10.0.1:623  -                        admin  off    simulated  serial',
      'cn02  127.10.0.1:623  https://127.10.0.2:8443  admin  off    simulated  serial',
    ])
  })

  it('put IPv6 addresses in brackets', () => {
    expect(endpoint('::1', 623)).toBe('[::1]:623')
    expect(endpoint('', 0)).toBe('-')
  })
})

describe('words for the shell', () => {
  it.each([
    ['admin', 'admin'],
    ['', "''"],
    ['pass word', "'pass word'"],
    ["it's", `'it'\\''s'`],
    ['$HOME', "'$HOME'"],
  ])('%j becomes %s', (word, text) => {
    expect(shellWord(word)).toBe(text)
  })
})
