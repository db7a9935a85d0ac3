import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'

function admin() {
  const { bmc } = testBmc()
  return { bmc, by: lanRequester(testSession(bmc)) }
}

const padded = (text: string, size: number) => Buffer.from(text.padEnd(size, '\0'), 'latin1').toString('hex')

test('user access: a configured user, a free entry, and what there is not', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '06/44 0e 02')).toBe('00 3f 42 01 14')
  expect(await ask(bmc, by, '06/44 01 09')).toBe('00 3f 82 01 1f')
  expect(await ask(bmc, by, '06/44 01 00')).toBe('cc')
  expect(await ask(bmc, by, '06/44 05 02')).toBe('cc')
})

test('setting access: flags only where asked, limit always, sessions where given', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '06/43 b1 09 03 05')).toBe('00')
  expect(await ask(bmc, by, '06/44 01 09')).toBe('00 3f 82 01 33')
  expect(await ask(bmc, by, '06/43 01 09 0f')).toBe('00')
  expect(await ask(bmc, by, '06/44 01 09')).toBe('00 3f 82 01 3f')
  expect(bmc.users.get(9)?.access(1).sessionLimit).toBe(5)
  expect(await ask(bmc, by, '06/43 91 09 00')).toBe('cc')
  expect(await ask(bmc, by, '06/43 91 09 06')).toBe('cc')
  expect(await ask(bmc, by, '06/43 91 00 04')).toBe('cc')
})

test('names: set and read back, 16 characters in full; user 1 keeps his', async () => {
  const { bmc, by } = admin()
  const name = padded('sixteen-letters!', 16)
  expect(await ask(bmc, by, `06/45 05 ${name}`)).toBe('00')
  expect((await ask(bmc, by, '06/46 05')).replaceAll(' ', '')).toBe(`00${name}`)
  expect(await ask(bmc, by, `06/45 01 ${padded('root', 16)}`)).toBe('cc')
  expect(await ask(bmc, by, `06/45 01 ${padded('', 16)}`)).toBe('00')
  expect(await ask(bmc, by, '06/46 01')).toBe(`00${' 00'.repeat(16)}`)
  expect(await ask(bmc, by, '06/46 00')).toBe('cc')
})

test('passwords: 16 and 20 bytes are two things, and the test tells them apart', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, `06/47 02 03 ${padded('secret', 16)}`)).toBe('00')
  expect(await ask(bmc, by, `06/47 02 03 ${padded('wrong', 16)}`)).toBe('80')
  expect(await ask(bmc, by, `06/47 82 03 ${padded('secret', 20)}`)).toBe('81')
  expect(await ask(bmc, by, `06/47 82 02 ${padded('twenty characters ok', 20)}`)).toBe('00')
  expect(await ask(bmc, by, `06/47 82 03 ${padded('twenty characters ok', 20)}`)).toBe('00')
  expect(await ask(bmc, by, `06/47 82 03 ${padded('twenty characters oK', 20)}`)).toBe('80')
  expect(await ask(bmc, by, `06/47 02 03 ${padded('twenty character', 16)}`)).toBe('81')
  expect(await ask(bmc, by, `06/47 82 02 ${padded('x', 16)}`)).toBe('c7')
  expect(await ask(bmc, by, '06/47 02 03')).toBe('c7')
})

test('enable and disable, with or without the place of the password', async () => {
  const { bmc, by } = admin()
  expect(await ask(bmc, by, '06/47 03 00')).toBe('00')
  expect(bmc.users.get(3)?.enabled).toBe(false)
  expect(await ask(bmc, by, `06/47 03 01 ${padded('', 16)}`)).toBe('00')
  expect(bmc.users.get(3)?.enabled).toBe(true)
  expect(await ask(bmc, by, '06/47 03 01 00')).toBe('c7')
})

test("ipmitool's four steps make a user who can log in: name, password, priv, enable", async () => {
  const { bmc, by } = admin()
  await ask(bmc, by, `06/45 05 ${padded('new', 16)}`)
  await ask(bmc, by, `06/47 05 02 ${padded('pass', 16)}`)
  await ask(bmc, by, '06/43 01 05 03')
  expect(bmc.users.find('new', 1)).toBeUndefined()
  await ask(bmc, by, '06/47 05 01')
  expect(bmc.users.find('new', 1)?.id).toBe(5)
})
