import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Finished, run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'

/** nodes/discovery/listener.js tells what is wrong before the first node asks; the rest of it is in clients/discovery.test.ts. */
const listener = join(import.meta.dirname, '../../nodes/discovery/listener.js')
const folder = tempFolder()
const inFolder = (name: string, text = '') => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}
const listen = (...args: string[]): Promise<Finished> => run(process.execPath, [listener, ...args])
// An address of nobody's here (RFC 5737): where all is well, it cannot be listened on.
const there = ['--listen', '192.0.2.1:8080', '--image', folder]

test.each([
  ['an option that it does not have', ['--port', '1'], "Unknown option '--port'"],
  ['no address', ['--image', folder], 'Usage:'],
  ['a port that is none', ['--listen', '127.0.0.1:70000', '--image', folder], 'Usage:'],
])('usage for %s', async (_, args, words) => {
  const { code, stderr } = await listen(...args)
  expect(stderr).toContain(words)
  expect(stderr).not.toMatch(/^ +at /m)
  expect(code).toBe(2)
})

test('files that are not there are named', async () => {
  expect(await listen(...there, '--pool', join(folder, 'none'))).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/^listener: the pool cannot be read: ENOENT.*\n$/),
  })
  expect(await listen(...there)).toMatchObject({
    code: 1,
    stderr: `listener: there is no ${join(folder, 'vmlinuz')}; --image wants the folder that scripts/build-guest prints\n`,
  })
})

test('a name without its password is shown with its line', async () => {
  const pool = inFolder('pool', '# names\ncn01 10.99.0.101 255.255.255.0 10.99.0.1 xcat\n')
  const { code, stderr } = await listen(...there, '--pool', pool)
  expect(stderr).toBe(`listener: ${pool}:2: wants NAME BMC NETMASK GATEWAY USER PASSWORD\n`)
  expect(code).toBe(1)
})

test('with all of them it comes as far as its address', async () => {
  for (const name of ['vmlinuz', 'initrd']) inFolder(name)
  const { code, stderr } = await listen(...there)
  expect(stderr).toMatch(/^listener: listen EADDRNOTAVAIL.*192\.0\.2\.1:8080\n$/)
  expect(code).toBe(1)
})
