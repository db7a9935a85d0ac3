import { expect, it } from 'vitest'
import { type Detour, Detours, hubArguments } from '../../../../src/backends/qemu/detours.ts'
import type { Facts } from '../../../../src/backends/qemu/qmp.ts'
import { BmcError } from '../../../../src/base/errors.ts'

const detour: Detour = { near: { port: 1, peer: 2 }, far: { port: 3, peer: 4 } }

/** QEMU's netdevs by id: what its hubs have, and dgrams. `refuse`: an id that it will not have. */
function qemu(...args: readonly string[]) {
  const netdevs = new Map<string, string>()
  for (const [i, word] of args.entries()) {
    if (word !== '-netdev') continue
    const { id = '', ...facts } = Object.fromEntries(args[i + 1].split(',').map((part) => part.split('=')))
    netdevs.set(id, facts.hubid === undefined ? '' : `hub ${facts.hubid} ${facts.netdev ?? ''}`)
  }
  let asked = 0
  let refuse = ''
  const execute = async (command: string, { id, type, hubid, netdev, local, remote }: Facts) => {
    asked++
    const name = String(id)
    const [there, refused] = [netdevs.has(name), name === refuse]
    if (refused || there !== (command === 'netdev_del')) throw new BmcError('not-supported', `no ${name}`)
    if (command === 'netdev_del') netdevs.delete(name)
    else if (type === 'hubport') netdevs.set(name, `hub ${hubid} ${netdev}`)
    else netdevs.set(name, JSON.stringify([type, local, remote]))
  }
  return { netdevs, execute, asked: () => asked, refuses: (id: string) => (refuse = id) }
}

const at = (port: string) => ({ type: 'inet', host: '127.0.0.1', port })

it('lead round by a hub at each end, straight again, and ask nothing where nothing is to be done', async () => {
  const { netdevs, execute, asked } = qemu(...hubArguments('tap,ifname=t', 0))
  const before = [...netdevs]
  expect(before).toEqual([
    ['way0', ''],
    ['net0', 'hub 0 '],
    ['plug0', 'hub 0 way0'],
  ])
  const detours = new Detours(execute, 1)
  await detours.set(0, undefined)
  expect(asked()).toBe(0)
  await detours.set(0, detour)
  expect(Object.fromEntries(netdevs)).toEqual({
    way0: '',
    net0: 'hub 0 ',
    near0: JSON.stringify(['dgram', at('1'), at('2')]),
    'near0-port': 'hub 0 near0',
    far0: JSON.stringify(['dgram', at('3'), at('4')]),
    'far0-port': 'hub 1000 far0',
    plug0: 'hub 1000 way0',
  })
  await Promise.all([detours.set(0, detour), detours.set(0, undefined)])
  expect([...netdevs]).toEqual(before)
})

it('find what an earlier process has left', async () => {
  const { netdevs, execute } = qemu(...hubArguments('user', 0))
  await new Detours(execute, 1).set(0, detour)
  await new Detours(execute, 0).set(0, undefined)
  expect([...netdevs.keys()]).toEqual(['way0', 'net0', 'plug0'])
})

it('go straight where QEMU cannot have an end', async () => {
  const { netdevs, execute, refuses } = qemu(...hubArguments('user', 0))
  refuses('far0')
  await expect(new Detours(execute, 1).set(0, detour)).rejects.toThrow('no far0')
  expect(Object.fromEntries(netdevs)).toEqual({ way0: '', net0: 'hub 0 ', plug0: 'hub 0 way0' })
})

it('never leave a port alone on a hub while they move: QEMU would keep what it sends and not look again', async () => {
  const { netdevs, execute, refuses } = qemu(...hubArguments('user', 0))
  const alone: string[] = []
  const watched = async (command: string, facts: Facts) => {
    await execute(command, facts)
    const hubs = [...netdevs].filter(([, what]) => what.startsWith('hub')).map(([id, what]) => [id, what.split(' ')[1]])
    for (const [id, hub] of hubs) {
      const others = hubs.filter(([other, at]) => other !== id && at === hub)
      if (others.length === 0) alone.push(`${id} after ${command} ${facts.id}`)
    }
  }
  const detours = new Detours(watched, 1)
  await detours.set(0, detour)
  await detours.set(0, undefined)
  refuses('far0')
  await expect(detours.set(0, detour)).rejects.toThrow('no far0')
  // A port that has nothing behind it sends nothing.
  expect(alone.filter((port) => !/^(far)?sink0/.test(port))).toEqual([])
})
