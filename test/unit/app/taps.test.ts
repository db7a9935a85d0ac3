import { expect, test } from 'vitest'
import { onBridges } from '../../../src/app/taps.ts'
import { BmcError, SetupError } from '../../../src/base/errors.ts'
import { lab } from '../../support/config-files.ts'

const whose = { node: 'n', folder: '/state/n' }

function machine(nics: string) {
  const users = 'users: [{ name: a, password: b }]'
  const [node] = lab(`nodes:\n  n: { machine: { kind: qemu, program: /bin/true, nics: ${nics} }, ${users} }\n`).nodes
  if (node.machine.kind !== 'qemu') throw new Error('no QEMU')
  return node.machine
}

/** A host whose only link is a bridge br0, in as much of `ip` as is used. */
function host() {
  const calls: string[] = []
  const ip = async (...args: readonly string[]) => {
    const words = args.join(' ')
    if (args.includes('show') && !args.includes('br0')) {
      throw new BmcError('wrong-state', `ip ${words}: Device "${args.at(-1)}" does not exist`)
    }
    if (words.startsWith('-d -j')) return '[{"linkinfo":{"info_kind":"bridge"}}]'
    if (words.startsWith('-j')) return '[{"flags":["UP"],"addr_info":[]}]'
    calls.push(words)
    return ''
  }
  return { ip, calls }
}

test('a NIC on a bridge has a tap of its own, which is plugged in when QEMU has made it', async () => {
  const { ip, calls } = host()
  const { taps, plugNics } = await onBridges(machine('[user, { bridge: br0 }, { bridge: br0 }]'), whose, ip)
  const [user, ...others] = taps
  expect(user).toBeUndefined()
  const names = others.map((tap) => /^tap,ifname=(nic[0-9a-f]{10}),script=no,downscript=no$/.exec(tap ?? '')?.[1] ?? '')
  expect(new Set(names).size).toBe(2)
  expect(calls).toEqual([])
  await plugNics?.()
  for (const name of names) expect(calls).toContain(`link set dev ${name} master br0 up`)
  expect(calls.filter((call) => call.includes('address fe:'))).toHaveLength(2)
})

test('two labs have different taps, one lab the same at every start', async () => {
  const name = async (folder: string) => {
    const { taps } = await onBridges(machine('[{ bridge: br0 }]'), { node: 'n', folder }, host().ip)
    return taps[0]
  }
  expect(await name('/one/n')).toBe(await name('/one/n'))
  expect(await name('/one/n')).not.toBe(await name('/two/n'))
})

test('a bridge that is not there stops the start, and the file is named', async () => {
  const failure = onBridges(machine('[{ bridge: br7 }]'), whose, host().ip)
  await expect(failure).rejects.toThrow(SetupError)
  await expect(failure).rejects.toThrow(/^there is no bridge br7 .* make it: ip link add br7 .*lab\.yaml:2$/)
})

test('nothing is asked of a host where no NIC is on a bridge', async () => {
  const { taps, plugNics } = await onBridges(machine('[user]'), whose, () => Promise.reject(new Error('asked')))
  expect(taps[0]).toBeUndefined()
  expect(plugNics).toBeUndefined()
})
