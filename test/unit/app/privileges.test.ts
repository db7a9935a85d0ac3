import { expect, test } from 'vitest'
import { mustBeAllowed } from '../../../src/app/privileges.ts'
import { lab } from '../../support/config-files.ts'

function check(networks: string, nodes: string, may: readonly string[]): string {
  const text = `networks:\n${networks}\ndefaults: { users: [{ name: a, password: b }], machine: simulated }\nnodes:\n${nodes}\n`
  const config = lab(text)
  try {
    mustBeAllowed(config.nodes, config.networks, (capability) => may.includes(capability))
    return ''
  } catch (error) {
    return String(error)
  }
}

const mgmt = '  mgmt: { kind: isolated, address: 10.1.0.1/24 }'
const bmcs = '  n[1-20]: { bmc: { network: namespace, interface: mgmt, address: "10.1.0.[11-30]" } }'

test('a lab that leaves the network of the machine as it is needs nothing', () => {
  expect(check('  lan: segment\n  out: user\n  br: { kind: bridge, bridge: br0 }', '  n:', [])).toBe('')
})

test('all that is missing is said at once, with what it is for, and where it is much the rest is counted', () => {
  const said = check(mgmt, bmcs, [])
  expect(said).toContain('needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN):\n  network mgmt: makes the bridge mgmt-')
  expect(said).toContain('\n  n1: a network namespace for its BMC\n')
  expect(said).toContain('\n  and 14 more like these\n')
  expect(said.split('\n')).toHaveLength(10)
})

test('what is allowed is not mentioned', () => {
  const said = check(mgmt, bmcs, ['CAP_NET_ADMIN'])
  expect(said).toContain('needs root (CAP_SYS_ADMIN):\n  n1: a network namespace for its BMC')
  expect(said).not.toContain('mgmt')
  expect(check(mgmt, bmcs, ['CAP_NET_ADMIN', 'CAP_SYS_ADMIN'])).toBe('')
  const tap = '  n: { machine: { kind: qemu, program: /bin/true, nics: [{ bridge: br0 }] } }'
  expect(check('  lan: segment', tap, [])).toContain('(CAP_NET_ADMIN):\n  n: a tap for each NIC on a bridge\n')
})
