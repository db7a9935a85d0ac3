import { join } from 'node:path'
import { expect, it } from 'vitest'
import { staysInStore } from '../../../../src/app/redfish/defaults.ts'
import { FileStore } from '../../../../src/bmc/store.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const all = {
  'power.last': 'on',
  'firmware.version': '2.05',
  'bios.pending': {},
  'lan.1.3': '0a000001',
  'channel.1.access': {},
  'user.3.name': '6f7073',
  'boot.mode': 'uefi',
  'dcmi.identifier': '61',
  'dcmi.1': '00',
}
const facts = ['power.last', 'firmware.version', 'bios.pending']
const network = ['lan.1.3', 'channel.1.access', 'dcmi.identifier']

it.each([
  ['nothing', facts, false],
  ['network', [...facts, ...network], false],
  ['network and users', [...facts, ...network, 'user.3.name'], true],
] as const)('where %s is kept, that is what is left on disk', (kept, left, isPasswordLeft) => {
  const path = join(tempFolder(), 'state.json')
  const store = new FileStore(path)
  for (const [key, value] of Object.entries(all)) store.set(key, value)
  store.setSecret('user.3.password', Uint8Array.of(1, 2))
  store.retain(staysInStore(kept))
  for (const one of [store, new FileStore(path)]) {
    const keys = [...one.keys()].filter((key) => key !== 'secrets' && !key.endsWith('.password'))
    expect(keys.sort()).toEqual([...left].sort())
    expect(one.getSecret('user.3.password')).toEqual(isPasswordLeft ? Uint8Array.of(1, 2) : undefined)
  }
})
