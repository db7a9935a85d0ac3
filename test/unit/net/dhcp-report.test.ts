import { execFileSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readReport, reportScript } from '../../../src/net/dhcp-report.ts'
import { tempFolder } from '../../support/temp-folder.ts'

/** What the script prints where a client calls it. */
function printed(args: readonly string[], env: Record<string, string>): string {
  const script = join(tempFolder(), 'dhcp-report')
  writeFileSync(script, reportScript)
  chmodSync(script, 0o700)
  return execFileSync(script, args, { encoding: 'utf8', env })
}

const lease = (address: string, prefix: number, gateway: string) => ({ lease: { address, prefix, gateway } })

test.each(['bound', 'renew'])('udhcpc says %s', (event) => {
  const line = printed([event], {
    ip: '10.62.0.50',
    subnet: '255.255.240.0',
    router: '10.62.0.1 10.62.0.2',
    mask: '20',
  })
  expect(readReport(line)).toEqual(lease('10.62.0.50', 20, '10.62.0.1'))
})

test.each(['BOUND', 'RENEW', 'REBIND', 'REBOOT'])('dhclient says %s', (reason) => {
  const env = { reason, new_ip_address: '10.62.0.50', new_subnet_mask: '255.255.255.0', new_routers: '10.62.0.1' }
  expect(readReport(printed([], env))).toEqual(lease('10.62.0.50', 24, '10.62.0.1'))
})

test('a lease that has run out', () => {
  expect(readReport(printed(['deconfig'], {}))).toEqual({ lease: undefined })
  for (const reason of ['EXPIRE', 'FAIL', 'STOP'])
    expect(readReport(printed([], { reason }))).toEqual({ lease: undefined })
})

test('what changes nothing is not told; an old lease is not taken for a new one', () => {
  expect(printed(['leasefail'], {}) + printed([], { reason: 'PREINIT' })).toBe('')
  expect(() => printed([], { reason: 'TIMEOUT', new_ip_address: '10.62.0.50' })).toThrow()
})

test('a server without mask or router', () => {
  expect(readReport(printed(['bound'], { ip: '172.16.0.9' }))).toEqual(lease('172.16.0.9', 16, '0.0.0.0'))
  expect(readReport(printed(['bound'], { ip: '10.0.0.9', router: '10.0.0.1' }))).toEqual(
    lease('10.0.0.9', 8, '10.0.0.1'),
  )
})

test.each([
  ['what a shell would run', '$(touch /tmp/x);`id`'],
  ['a second line', '10.0.0.9\nbmcsim-lease 10.0.0.10'],
  ['loopback', '127.0.0.1'],
  ['multicast', '224.0.0.1'],
  ['no address', '10.0.0.256'],
])('an evil server: %s', (_, ip) => {
  const [first] = printed(['bound'], { ip, subnet: '255.255.255.0' }).split('\n')
  const read = readReport(first)
  expect(read?.lease?.address ?? 'none').toBe(ip.startsWith('10.0.0.9') ? '10.0.0.9' : 'none')
})

test('other lines are not for us', () => {
  expect(readReport('udhcpc: started, v1.35.0')).toBeUndefined()
})
