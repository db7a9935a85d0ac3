import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

const certificate = Uint8Array.of(0x30, 0x82, 0x01)
const hostInterface = { certificate: async () => certificate }

test('a BMC without a host interface does not know the commands', async () => {
  expect(await ask(testBmc().bmc, guest, '2c/01 52 01')).toBe('c1')
  expect(await ask(testBmc().bmc, guest, '2c/02 52 a5')).toBe('c1')
})

test('an account for Redfish, gone with a reset of the BMC, and never in the store', async () => {
  const { bmc, store } = testBmc({ hostInterface })
  const before = [...store.keys()]
  const answer = await ask(bmc, guest, '2c/02 52 a5')
  const bytes = Buffer.from(answer.replaceAll(' ', ''), 'hex')
  expect([bytes.length, bytes[0], bytes[1]]).toEqual([34, 0, 0x52])
  const name = bytes.subarray(2, 18).toString().replace(/\0+$/, '')
  const user = bmc.users.find(name, 1)
  expect(user?.access(1).privilege).toBe('Administrator')
  expect(Buffer.from(user?.longPassword ?? [])).toEqual(bytes.subarray(18))
  expect([...store.keys()]).toEqual(before)
  bmc.reset('warm')
  expect(bmc.users.find(name, 1)).toBeUndefined()
})

test('anything but A5h disables both until a reset', async () => {
  const { bmc } = testBmc({ hostInterface })
  expect(await ask(bmc, guest, '2c/02 52 00')).toMatch(/^00 52 /)
  expect(await ask(bmc, guest, '2c/02 52 a5')).toBe('80')
  expect(await ask(bmc, guest, '2c/01 52 01')).toBe('80')
  bmc.reset('warm')
  expect(await ask(bmc, guest, '2c/02 52 a5')).toMatch(/^00 52 /)
  bmc.hostInterface?.bootstrap.setEnabledAfterReset(false)
  bmc.hostInterface?.bootstrap.setEnabled(false)
  bmc.reset('cold')
  expect(await ask(bmc, guest, '2c/02 52 a5')).toBe('80')
})

test('the fingerprint of the only certificate there is', async () => {
  const { bmc } = testBmc({ hostInterface })
  const sha256 = createHash('sha256').update(certificate).digest('hex')
  expect((await ask(bmc, guest, '2c/01 52 01')).replaceAll(' ', '')).toBe(`005201${sha256}`)
  expect(await ask(bmc, guest, '2c/01 52 00')).toBe('cb')
  expect(await ask(bmc, guest, '2c/01 52 02')).toBe('cb')
  expect(await ask(bmc, guest, '2c/01 52')).toBe('c7')
})

test('not over the LAN', async () => {
  const { bmc } = testBmc({ hostInterface })
  const by = lanRequester(testSession(bmc))
  expect(await ask(bmc, by, '2c/01 52 01')).toBe('d4')
  expect(await ask(bmc, by, '2c/02 52 a5')).toBe('d4')
})
