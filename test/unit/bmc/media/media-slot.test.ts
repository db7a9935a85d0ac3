import { expect, test } from 'vitest'
import { BmcError } from '../../../../src/base/errors.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { MediaSlot } from '../../../../src/bmc/media/media-slot.ts'
import type { MediaImage, MediaSource } from '../../../../src/bmc/media/media-source.ts'
import { MemoryStore } from '../../../../src/bmc/store.ts'
import { cdDrive, type Medium } from '../../../../src/machine/media.ts'
import { until } from '../../../support/until.ts'

function slotOf(store = new MemoryStore(), fetch: MediaSource['fetch'] = async (_, { image }) => `/files/${image}`) {
  const inDrive: (Medium | undefined)[] = []
  const forgotten: string[] = []
  const source: MediaSource = { fetch, forget: (slot) => forgotten.push(slot) }
  const put = async (_: string, medium: Medium | undefined) => void inDrive.push(medium)
  return { slot: new MediaSlot(cdDrive, { store, source, log: silentLogger, put }), inDrive, forgotten, store }
}

const iso = { from: 'url', image: 'http://h/a/b.iso', writeProtected: false } as const

test('what is put in is in the machine, write-protected as a CD is, and told', async () => {
  const { slot, inDrive } = slotOf()
  const phases: string[] = []
  slot.onChange(({ phase }) => phases.push(phase))
  await slot.insert(iso)
  expect(inDrive).toEqual([{ file: '/files/http://h/a/b.iso', writeProtected: true }])
  expect(slot.state).toMatchObject({ phase: 'inserted', image: iso.image, imageName: 'b.iso', writeProtected: true })
  await expect(slot.insert(iso)).rejects.toMatchObject({ reason: 'wrong-state' })
  await slot.eject()
  expect(inDrive.at(-1)).toBeUndefined()
  expect(slot.state).toMatchObject({ phase: 'empty', image: undefined })
  expect(phases).toEqual(['fetching', 'inserted', 'empty'])
  await slot.eject()
})

test('it is there again after a restart, without being fetched again', async () => {
  const { slot, store } = slotOf()
  await slot.insert(iso)
  const again = slotOf(store, async () => expect.fail('fetched again'))
  again.slot.restore()
  await until('it is in', () => again.slot.state.phase === 'inserted')
  expect(again.inDrive).toEqual([{ file: '/files/http://h/a/b.iso', writeProtected: true }])
})

test('what was being fetched when the process ended is fetched again', async () => {
  const { slot, store } = slotOf(new MemoryStore(), () => new Promise(() => {}))
  void slot.insert(iso)
  expect(slot.state.phase).toBe('fetching')
  const again = slotOf(store)
  again.slot.restore()
  await until('it is in', () => again.slot.state.phase === 'inserted')
})

test('an eject calls off what is being fetched', async () => {
  const { slot, inDrive } = slotOf(
    new MemoryStore(),
    (_slot, _image, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('called off')))),
  )
  const inserting = slot.insert(iso)
  await slot.eject()
  await expect(inserting).rejects.toMatchObject({ reason: 'wrong-state' })
  expect(slot.state.phase).toBe('empty')
  expect(inDrive.filter((medium) => medium !== undefined)).toEqual([])
})

test('what cannot be had leaves the drive empty and says why', async () => {
  const { slot, store } = slotOf(new MemoryStore(), async () => {
    throw new BmcError('not-found', 'there is no such thing')
  })
  await expect(slot.insert(iso)).rejects.toMatchObject({ reason: 'not-found' })
  expect(slot.state).toMatchObject({ phase: 'failed', image: undefined, error: 'there is no such thing' })
  expect(store.get('media.Cd')).toBeUndefined()
})

test('what is fetched again is asked for by the same user, whose password is not kept longer', async () => {
  const asked: MediaImage[] = []
  const { slot, store } = slotOf(new MemoryStore(), (_, image) => {
    asked.push(image)
    return new Promise(() => {})
  })
  slot.setVerifyCertificate(false)
  void slot.insert({ ...iso, userName: 'me', password: 'hidden' })
  expect(JSON.stringify(store.get('media.Cd'))).not.toContain('hidden')
  const again = slotOf(store, async (_, image) => {
    asked.push(image)
    return '/files/a'
  })
  again.slot.restore()
  await until('it is in', () => again.slot.state.phase === 'inserted')
  expect(asked[1]).toMatchObject({ userName: 'me', password: 'hidden', verifyCertificate: false })
  expect(store.getSecret('media.Cd.password')).toEqual(new Uint8Array())
  expect(again.slot.state).toMatchObject({ userName: 'me', verifyCertificate: false })
})
