import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readUsers } from '../../../../src/app/redfish/htpasswd.ts'
import type { RedfishRequest } from '../../../../src/redfish/request.ts'
import { testRedfish } from '../../../support/redfish.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

/** A test vector of Openwall's crypt_blowfish: the password is U*U. */
const HASH = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'

function file(text: string): string {
  const path = join(tempFolder(), 'users')
  writeFileSync(path, text)
  return path
}

function request(more: Partial<RedfishRequest>): RedfishRequest {
  return { method: 'GET', path: '/redfish/v1/Systems', query: '', headers: {}, body: { kind: 'none' }, ...more }
}

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })

test('whoever has the right password of the file is let in from then on, and nobody else', async () => {
  const { bmc, ask } = testRedfish()
  const users = readUsers(file(`# ours\nironic:${HASH}\n`), bmc)
  const status = async (as: string) => (await ask('GET', '/redfish/v1/Systems', { as })).status
  await users.meet(request({ headers: basic('ironic:wrong') }))
  await users.meet(request({ headers: basic('other:U*U') }))
  expect(await status('ironic:U*U')).toBe(401)
  await users.meet(request({ headers: basic('ironic:U*U') }))
  expect(await status('ironic:U*U')).toBe(200)
  expect(await status('ironic:wrong')).toBe(401)
})

test('a session that is asked for counts as well', async () => {
  const { bmc, ask } = testRedfish()
  const body = { UserName: 'ironic', Password: 'U*U' }
  const path = '/redfish/v1/SessionService/Sessions'
  await readUsers(file(`ironic:${HASH}`), bmc).meet(
    request({ method: 'POST', path, body: { kind: 'json', value: body } }),
  )
  expect((await ask('POST', path, { body, as: null })).status).toBe(201)
})

test('hashes of other kinds are refused, each with its line', () => {
  const { bmc } = testRedfish()
  expect(() => readUsers(file('a:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\nb:plain'), bmc)).toThrow(
    /:1: the password of "a" is not hashed with bcrypt[\s\S]*:2: the password of "b"/,
  )
  expect(() => readUsers('/nowhere/users', bmc)).toThrow(/cannot read the file of users/)
})
