import fc from 'fast-check'
import { expect, test } from 'vitest'
import { DecodeError, hex } from '../../src/base/bytes.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { FileJournal, MemoryJournal } from '../../src/bmc/storage/journal.ts'
import { Sel } from '../../src/bmc/storage/sel.ts'
import { StorageClock } from '../../src/bmc/storage/storage-clock.ts'
import { MemoryStore } from '../../src/bmc/store.ts'
import { encodeFru } from '../../src/ipmi/fru.ts'
import { decodeSdr, encodeSdr, sdrTypes } from '../../src/ipmi/sdr.ts'
import { decodeSelRecord, encodeSelRecord } from '../../src/ipmi/sel-record.ts'
import { FakeClock } from '../support/fake-clock.ts'
import { tempFolder } from '../support/temp-folder.ts'

test('any 16 bytes are a SEL record and come back the same', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      expect(hex(encodeSelRecord(decodeSelRecord(bytes)))).toBe(hex(bytes))
    }),
  )
})

test('an SDR of any bytes is a value that comes back the same, or a DecodeError', () => {
  const body = fc.uint8Array({ maxLength: 80 })
  fc.assert(
    fc.property(fc.constantFrom(...Object.values(sdrTypes)), body, (type, bytes) => {
      let sdr: ReturnType<typeof decodeSdr>
      try {
        sdr = decodeSdr(Uint8Array.of(0, 0, 0x51, type, bytes.length, ...bytes))
      } catch (error) {
        expect(error).toBeInstanceOf(DecodeError)
        return
      }
      if (sdr === undefined) throw new Error(`type ${type} is not known`)
      const again = encodeSdr(sdr)
      expect(again.length).toBe(bytes.length + 5)
      expect(decodeSdr(again)).toEqual(sdr)
    }),
    { numRuns: 400 },
  )
})

test('every FRU is whole blocks whose areas add up to 0', () => {
  const text = fc.string({ maxLength: 70 })
  const product = fc.record({
    manufacturer: text,
    name: text,
    partNumber: text,
    version: text,
    serial: text,
    assetTag: text,
    fileId: text,
    custom: fc.array(text, { maxLength: 3 }),
  })
  fc.assert(
    fc.property(product, (area) => {
      const fru = encodeFru({ product: area })
      const at = fru[4] * 8
      const length = fru[at + 1] * 8
      expect(at + length).toBe(fru.length)
      for (const part of [fru.subarray(0, 8), fru.subarray(at)]) {
        expect(part.reduce((total, byte) => (total + byte) & 0xff, 0)).toBe(0)
      }
    }),
  )
})

/** What a process that starts from the journal knows is what the one before it had answered, whatever happened in it. */
test('a SEL read back from its journal is the same SEL', () => {
  const step = fc.oneof(
    { weight: 8, arbitrary: fc.constant('add' as const) },
    { weight: 3, arbitrary: fc.constant('delete' as const) },
    { weight: 1, arbitrary: fc.constant('clear' as const) },
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, onDisk) => {
      const journal = onDisk ? new FileJournal(`${tempFolder()}/sel.log`) : new MemoryJournal()
      const clock = new FakeClock()
      const open = () => {
        const storageClock = new StorageClock(clock, new MemoryStore())
        const seed = { capacity: 12, support: 0, records: [] }
        return new Sel({ clock: storageClock, log: silentLogger, journal, seed })
      }
      const sel = open()
      for (const what of steps) {
        clock.advance(1000)
        if (what === 'add') sel.event({ sensorType: 1, sensorNumber: 2, eventType: 3, data: [4, 5, 6] })
        else if (what === 'clear') sel.clear()
        else if (sel.count > 0) sel.delete(0)
      }
      const again = open()
      const facts = ({ records, overflow, lastAdded, lastErased }: Sel) => {
        return { records: records.map((record) => hex(record)), overflow, lastAdded, lastErased }
      }
      expect(facts(again)).toEqual(facts(sel))
    }),
    { numRuns: 60 },
  )
})
