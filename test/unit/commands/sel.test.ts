import { expect, test } from 'vitest'
import { ask } from '../../support/ask.ts'
import { guest, lanRequester, testBmc, testSession } from '../../support/test-bmc.ts'
import { testStorage } from '../../support/test-storage.ts'

const record = '00 00 02 00 00 00 00 20 00 04 01 01 01 57 5a 50'

function operator() {
  const parts = testBmc()
  const by = lanRequester(testSession(parts.bmc, 'Operator'))
  return { ...parts, asked: (request: string) => ask(parts.bmc, by, request) }
}

test('info: version, entries, room, times and what may be done', async () => {
  const { asked, bmc } = operator()
  expect(await asked('0a/40')).toBe('00 51 00 00 80 00 ff ff ff ff ff ff ff ff 0b')
  for (let i = 0; i < 9; i++) bmc.sel.event({ sensorType: 1, sensorNumber: 1, eventType: 1, data: [0, 0, 0] })
  expect(await asked('0a/40')).toBe('00 51 08 00 00 00 00 b9 55 69 ff ff ff ff 8b')
  expect(await asked('0a/41')).toBe('00 08 00 10 00 00 00 00 00 01')
})

test('what is added is read back with its ID and time, whole and in pieces', async () => {
  const { asked } = operator()
  expect(await asked(`0a/44 ${record}`)).toBe('00 01 00')
  const whole = '01 00 02 00 b9 55 69 20 00 04 01 01 01 57 5a 50'
  expect(await asked('0a/43 00 00 00 00 00 ff')).toBe(`00 ff ff ${whole}`)
  expect(await asked('0a/43 00 00 01 00 0d 03')).toBe('c5')
  expect(await asked('0a/42')).toBe('00 01 00')
  expect(await asked('0a/43 01 00 01 00 0d 03')).toBe('00 ff ff 57 5a 50')
  expect(await asked('0a/43 00 00 07 00 00 ff')).toBe('cb')
})

test('deleting and clearing take the latest reservation', async () => {
  const { asked, bmc } = operator()
  await asked(`0a/44 ${record}`)
  await asked(`0a/44 ${record}`)
  expect(await asked('0a/46 00 00 01 00')).toBe('c5')
  await asked('0a/42')
  expect(await asked('0a/46 01 00 01 00')).toBe('00 01 00')
  expect(await asked('0a/47 01 00 43 4c 52 aa')).toBe('c5')
  await asked('0a/42')
  expect(await asked('0a/47 02 00 43 4c 53 aa')).toBe('cc')
  expect(await asked('0a/47 02 00 43 4c 52 aa')).toBe('00 01')
  expect(await asked('0a/47 02 00 43 4c 52 00')).toBe('00 01')
  expect(bmc.sel.count).toBe(0)
})

test('a full SEL answers C4h', async () => {
  const { asked } = operator()
  for (let i = 0; i < 8; i++) await asked(`0a/44 ${record}`)
  expect(await asked(`0a/44 ${record}`)).toBe('c4')
})

test('time and UTC offset', async () => {
  const { asked, clock } = operator()
  expect(await asked('0a/48')).toBe('00 00 b9 55 69')
  expect(await asked('0a/49 10 00 00 60')).toBe('00')
  clock.advance(2000)
  expect(await asked('0a/48')).toBe('00 12 00 00 60')
  expect(await asked('0a/5c')).toBe('00 ff 07')
  expect(await asked('0a/5d c4 ff')).toBe('00')
  expect(await asked('0a/5c')).toBe('00 c4 ff')
  expect(await asked('0a/5d ff 0f')).toBe('cc')
})

test('Platform Event: seven bytes over LAN, a generator in front from the guest', async () => {
  const { asked, bmc } = operator()
  expect(await asked('04/02 04 01 30 81 59 60 50')).toBe('00')
  expect(await ask(bmc, guest, '04/02 04 01 30 01 59 60 50')).toBe('c7')
  expect(await ask(bmc, guest, '04/02 41 04 01 30 01 59 60 50')).toBe('00')
  expect(await asked('0a/43 00 00 01 00 07 ff')).toBe('c5')
  expect(await asked('0a/43 00 00 01 00 00 ff')).toBe('00 02 00 01 00 02 00 b9 55 69 81 10 04 01 30 81 59 60 50')
  expect(await asked('0a/43 00 00 02 00 00 ff')).toBe('00 ff ff 02 00 02 00 b9 55 69 41 00 04 01 30 01 59 60 50')
})

test('the event receiver is this BMC, until an administrator says otherwise', async () => {
  const { bmc, asked } = operator()
  expect(await asked('04/01')).toBe('00 20 00')
  expect(await asked('04/00 ff 00')).toBe('d4')
  expect(await ask(bmc, guest, '04/00 ff 01')).toBe('00')
  expect(await asked('04/01')).toBe('00 ff 01')
})

test('a record in pieces counts when the last one came, and needs its reservation', async () => {
  const { asked, bmc } = operator()
  expect(await asked('0a/45 00 00 00 00 00 00 01 02')).toBe('c5')
  await asked('0a/42')
  expect(await asked('0a/45 01 00 00 00 00 00 00 00 02 00 00')).toBe('00 fe ff')
  expect(bmc.sel.count).toBe(0)
  expect(await asked('0a/45 01 00 fe ff 09 00 20')).toBe('cc')
  expect(await asked('0a/45 01 00 fe ff 05 00 00 00 20 00 04')).toBe('00 fe ff')
  expect(await asked('0a/45 01 00 07 00 0a 01 01')).toBe('cb')
  expect(await asked('0a/45 01 00 fe ff 0a 01 01 01 01 57 5a 50')).toBe('00 01 00')
  expect(await asked('0a/43 00 00 01 00 00 ff')).toBe('00 ff ff 01 00 02 00 b9 55 69 20 00 04 01 01 01 57 5a 50')
  expect(await asked('0a/45 01 00 fe ff 0a 01 01 01 01 57 5a 50')).toBe('cb')
})

test('a record of another length than 16, or one begun under another reservation, is not added', async () => {
  const { asked, bmc } = operator()
  await asked('0a/42')
  expect(await asked('0a/45 01 00 00 00 00 01 00 00 02')).toBe('80')
  expect(await asked(`0a/45 01 00 00 00 00 01 ${record} 00`)).toBe('80')
  expect(await asked('0a/45 01 00 00 00 00 00 00 00 02')).toBe('00 fe ff')
  await asked('0a/42')
  expect(await asked('0a/45 02 00 fe ff 03 01 00 00 00 00 20 00 04 01 01 01 57 5a 50')).toBe('cb')
  expect(await asked(`0a/45 02 00 00 00 00 01 ${record}`)).toBe('00 01 00')
  for (let i = 0; i < 7; i++) await asked(`0a/44 ${record}`)
  expect(await asked('0a/45 02 00 00 00 00 00 00 00 02')).toBe('c4')
  expect([bmc.sel.count, bmc.sel.overflow]).toEqual([8, true])
})

test('a SEL that was told to says that it was cleared, fills up and is full', async () => {
  const storage = testStorage()
  const { bmc } = testBmc({
    storage: { ...storage, sel: { capacity: 20, support: 0x0f, records: [], ownEvents: true } },
  })
  const own = () => bmc.sel.records.filter((one) => one[10] === 0x10).map((one) => [...one.slice(13)])
  bmc.sel.clear()
  expect(own()).toEqual([[0x02, 0xff, 0xff]])
  for (let i = 0; i < 30; i++) bmc.sel.event({ sensorType: 1, sensorNumber: 1, eventType: 1, data: [0, 0, 0] })
  expect(own()).toEqual([
    [0x02, 0xff, 0xff],
    [0x35, 0xff, 90],
    [0x04, 0xff, 0xff],
  ])
  expect(bmc.sel.records.at(-1)?.[10]).toBe(0x10)
  expect([bmc.sel.count, bmc.sel.overflow]).toEqual([20, true])
})
