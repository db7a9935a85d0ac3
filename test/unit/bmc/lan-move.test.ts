import { expect, test } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import type { LanCard, LanSettings } from '../../../src/bmc/lan/lan-card.ts'
import type { LanProgram, LanProgramName } from '../../../src/bmc/lan/lan-program.ts'
import { MemoryStore } from '../../../src/bmc/store.ts'
import { ask } from '../../support/ask.ts'
import { channelSeed, guest, testBmc } from '../../support/test-bmc.ts'

/** A card that goes where it is told, and notes it; `refuse` says which verb fails. */
function fakeCard() {
  const applied: string[] = []
  let here: string | undefined
  let refused = ''
  let restarts = 0
  const fail = (verb: string) => {
    if (refused === verb) throw new BmcError('wrong-state', `no ${verb}`)
  }
  const card: LanCard = {
    async check() {
      fail('check')
    },
    async apply({ address, source, prefix, gateway, vlan }: LanSettings) {
      fail('apply')
      applied.push(`${address}/${prefix} ${source} via ${gateway}${vlan === undefined ? '' : ` vlan ${vlan}`}`)
      here = address
    },
    present: () => ({ address: here, prefix: undefined, all: here === undefined ? [] : [here] }),
    restart() {
      restarts++
    },
  }
  return {
    card,
    applied: () => applied.splice(0),
    refuse: (verb: 'check' | 'apply' | '') => {
      refused = verb
    },
    restarts: () => restarts,
  }
}

function withCard(program?: LanProgram, store = new MemoryStore()) {
  const fake = fakeCard()
  const { bmc } = testBmc({ store, channels: [channelSeed({ program, card: fake.card })] })
  const set = (request: string) => ask(bmc, guest, `0c/01 01 ${request}`)
  const get = (request: string) => ask(bmc, guest, `0c/02 01 ${request} 00 00`)
  return { ...fake, bmc, store, set, get }
}

test('outside a set in progress each value takes effect at once, as pyghmi and raw commands send them', async () => {
  const { set, get, applied, store } = withCard()
  expect(await set('04 01')).toBe('00')
  expect(applied()).toEqual([])
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect(await set('06 ff ff 00 00')).toBe('00')
  expect(await set('0c 0a 34 00 01')).toBe('00')
  expect(await set('14 2a 80')).toBe('00')
  expect(applied()).toEqual([
    '10.52.0.9/8 static via 0.0.0.0',
    '10.52.0.9/16 static via 0.0.0.0',
    '10.52.0.9/16 static via 10.52.0.1',
    '10.52.0.9/16 static via 10.52.0.1 vlan 42',
  ])
  expect(await get('03')).toBe('00 11 0a 34 00 09')
  expect(withCard(undefined, store).bmc.lanConfiguration(1)?.settings).toEqual({
    address: '10.52.0.9',
    source: 'static',
    prefix: 16,
    gateway: '10.52.0.1',
    vlan: 42,
  })
})

test.each(['02', '00'])('a set in progress takes effect as a whole on %s (commit write, set complete)', async (end) => {
  const { set, get, applied } = withCard()
  expect(await set('00 01')).toBe('00')
  expect(await set('06 ff ff 00 00')).toBe('00')
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect(await get('03')).toBe('00 11 0a 34 00 09')
  expect(applied()).toEqual([])
  expect(await set(`00 ${end}`)).toBe('00')
  expect(applied()).toEqual(['10.52.0.9/16 static via 0.0.0.0'])
  expect(await set('00 00')).toBe('00')
  expect(applied()).toEqual([])
})

test('what is so already moves nothing', async () => {
  const { set, applied } = withCard()
  await set('03 0a 34 00 09')
  applied()
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect(await set('06 ff 00 00 00')).toBe('00')
  expect(applied()).toEqual([])
})

test('a refusal before anything is changed, and one while it is', async () => {
  const { set, get, refuse, applied, store } = withCard()
  refuse('check')
  expect(await set('03 0a 34 00 09')).toBe('d5')
  expect(await get('03')).toBe('00 11 7f 00 00 07')
  refuse('apply')
  expect(await set('00 01')).toBe('00')
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect(await set('06 ff ff 00 00')).toBe('00')
  expect(await set('00 02')).toBe('d5')
  refuse('')
  expect(await set('00 00')).toBe('00')
  expect([await get('03'), await get('06')]).toEqual(['00 11 7f 00 00 07', '00 11 ff 00 00 00'])
  expect([applied(), store.get('lan.1.3'), store.get('lan.1.6')]).toEqual([[], undefined, undefined])
})

test.each(['03 e0 00 00 01', '03 00 00 00 05', '06 ff 00 ff 00', '14 00 80', '14 ff 8f', '04 05'])(
  '%s is CCh: no machine can have it',
  async (request) => {
    expect(await withCard().set(request)).toBe('cc')
  },
)

test('a VLAN that is not enabled may have any number', async () => {
  const { set, get } = withCard()
  expect(await set('14 ff 0f')).toBe('00')
  expect(await get('14')).toBe('00 11 ff 0f')
})

test('a cold reset restarts the card, a warm one does not', async () => {
  const { bmc, restarts } = withCard()
  bmc.reset('warm')
  expect(restarts()).toBe(0)
  bmc.reset('cold')
  expect(restarts()).toBe(1)
})

/** The program of a host whose interface has `values`. */
function fakeProgram(values: Partial<Record<LanProgramName, string>> = {}) {
  const has = new Map<LanProgramName, string>([
    ['ip_addr', '10.0.0.1'],
    ['ip_addr_src', 'static'],
    ['subnet_mask', '255.255.255.0'],
  ])
  for (const [name, value] of Object.entries(values)) has.set(name as LanProgramName, value)
  const sets: string[] = []
  let refusing = false
  const program: LanProgram = {
    get: async () => new Map(has),
    async check() {},
    async set(all) {
      if (refusing) throw new BmcError('wrong-state', 'status 1: no')
      sets.push([...all].flat().join(' '))
      for (const [name, value] of all) has.set(name, value)
    },
  }
  const refuse = () => {
    refusing = true
  }
  return { program, sets: () => sets.splice(0), refuse }
}

test('with a program, the program goes first, then the card', async () => {
  const { program, sets } = fakeProgram()
  const { set, get, applied } = withCard(program)
  expect(await set('03 0a 34 00 09')).toBe('00')
  expect([sets(), applied()]).toEqual([['ip_addr 10.52.0.9'], ['10.52.0.9/8 static via 0.0.0.0']])
  expect(await get('03')).toBe('00 11 0a 34 00 09')
})

test('a program that fails moves nothing', async () => {
  const { program, refuse } = fakeProgram()
  const { set, get, applied } = withCard(program)
  refuse()
  expect(await set('03 0a 34 00 09')).toBe('d5')
  expect(applied()).toEqual([])
  expect(await get('03')).toBe('00 11 0a 00 00 01')
})

test('a program that said yes gets the old values back when the address cannot be had', async () => {
  const { program, sets } = fakeProgram()
  const { set, get, refuse } = withCard(program)
  refuse('apply')
  expect(await set('03 0a 34 00 09')).toBe('d5')
  expect(sets()).toEqual(['ip_addr 10.52.0.9', 'ip_addr 10.0.0.1'])
  expect(await get('03')).toBe('00 11 0a 00 00 01')
})

test('a program that takes dhcp says where the BMC goes', async () => {
  const { program, sets } = fakeProgram({ ip_addr: '10.52.0.77' })
  const { set, applied } = withCard(program)
  expect(await set('04 02')).toBe('00')
  expect([sets(), applied()]).toEqual([['ip_addr_src dhcp'], ['10.52.0.77/8 dhcp via 0.0.0.0']])
})

test('after a restart the program is told again what a client had set', async () => {
  const store = new MemoryStore()
  await withCard(fakeProgram().program, store).set('03 0a 34 00 09')
  const { program, sets } = fakeProgram()
  expect(await withCard(program, store).bmc.lanConfiguration(1)?.retell()).toBe(true)
  expect(sets()).toEqual(['ip_addr 10.52.0.9 subnet_mask 255.0.0.0'])
  expect(await withCard().bmc.lanConfiguration(1)?.retell()).toBe(false)
})
