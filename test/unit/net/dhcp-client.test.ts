import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLogger } from '../../../src/base/logger.ts'
import { DhcpClient } from '../../../src/net/dhcp-client.ts'
import { findDhcpProgram } from '../../../src/net/dhcp-programs.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { tempFolder } from '../../support/temp-folder.ts'

test('a machine without a DHCP client is told what to install', async () => {
  const client = new DhcpClient({
    hostname: 'cn01',
    folder: tempFolder(),
    clock: new FakeClock(),
    log: silentLogger,
    find: () => undefined,
  })
  await expect(client.check()).rejects.toMatchObject({ reason: 'not-supported' })
  await expect(client.start('ns', 'eth0', () => {})).rejects.toThrow('install udhcpc')
  await client.stop()
})

test('udhcpc goes before dhclient, and only what can be run is taken', () => {
  const folder = tempFolder()
  writeFileSync(join(folder, 'dhclient'), '', { mode: 0o755 })
  writeFileSync(join(folder, 'udhcpc'), '', { mode: 0o644 })
  expect(findDhcpProgram(folder, [])?.path).toBe(join(folder, 'dhclient'))
  expect(findDhcpProgram('', [])).toBeUndefined()
  const other = tempFolder()
  writeFileSync(join(other, 'udhcpc'), '', { mode: 0o755 })
  const found = findDhcpProgram(`${folder}:${other}`, [])
  expect(found?.path).toBe(join(other, 'udhcpc'))
  const errand = { device: 'eth0', hostname: 'cn01', script: '/s/report', folder: '/s' }
  expect(found?.arguments(errand).join(' ')).toContain('-i eth0 -s /s/report -x hostname:cn01')
})
