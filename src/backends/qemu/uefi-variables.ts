import { readFileSync } from 'node:fs'
import { writeAtomic } from '../../base/atomic-file.ts'

/**
 * The variables that OVMF keeps in its flash: a firmware volume (UEFI PI 1.7, volume 3, §3.2.1) with one store of authenticated
 * variables in it (edk2, Include/Guid/VariableFormat.h). They may be written while no QEMU has the file open.
 */
export interface UefiVariable {
  readonly name: string
  /** As text. */
  readonly vendor: string
  readonly attributes: number
  readonly data: Uint8Array
}

/** UEFI 2.10 §3.3: the vendor of the variables that the boot manager reads. */
export const globalVendor = '8be4df61-93ca-11d2-aa0d-00e098032b8c'
/** UEFI 2.10 §8.2: non-volatile, for the firmware's drivers, and for an operating system. */
export const usualAttributes = 0x07

const storeGuid = guidBytes('aaf32c78-947b-439a-a180-2e144ec37792')
const storeHeaderBytes = 28
const variableHeaderBytes = 60
const startId = 0x55aa
const added = 0x3f
/** A new value was being written when the power went. */
const replaced = 0x3e

/** One file of them. What is changed is written by `save`, and what was deleted is out of it then. */
export class UefiVariables {
  readonly #path: string
  readonly #flash: Buffer
  readonly #from: number
  readonly #to: number
  /** Whole records, header and all. */
  #records: readonly Buffer[]

  /** Throws where the file is not one of OVMF's. */
  constructor(path: string) {
    this.#path = path
    this.#flash = readFileSync(path)
    const store = this.#flash.length > 50 ? this.#flash.readUInt16LE(48) : 0
    const isStore =
      this.#flash.subarray(40, 44).toString('latin1') === '_FVH' &&
      this.#flash.subarray(store, store + storeGuid.length).equals(storeGuid)
    if (!isStore) throw new Error(`${path} has no variables of OVMF's; remove it, and a new one is made`)
    this.#from = store + storeHeaderBytes
    this.#to = store + this.#flash.readUInt32LE(store + 16)
    this.#records = liveRecords(this.#flash.subarray(this.#from, this.#to))
  }

  get(name: string, vendor = globalVendor): Uint8Array | undefined {
    const key = keyOf(name, vendor)
    const record = this.#records.find((one) => keyIn(one).equals(key))
    return record?.subarray(variableHeaderBytes + record.readUInt32LE(36), lengthOf(record))
  }

  set({ name, vendor, attributes, data }: UefiVariable): void {
    this.delete(name, vendor)
    const text = nameBytes(name)
    const header = Buffer.alloc(variableHeaderBytes)
    header.writeUInt16LE(startId, 0)
    header[2] = added
    header.writeUInt32LE(attributes, 4)
    header.writeUInt32LE(text.length, 36)
    header.writeUInt32LE(data.length, 40)
    header.set(guidBytes(vendor), 44)
    this.#records = [...this.#records, Buffer.concat([header, text, data])]
  }

  /** As another file has it, with its time stamp; nothing where it has none. */
  copy(from: UefiVariables, name: string, vendor: string): void {
    this.delete(name, vendor)
    const key = keyOf(name, vendor)
    this.#records = [...this.#records, ...from.#records.filter((one) => keyIn(one).equals(key))]
  }

  delete(name: string, vendor = globalVendor): void {
    const key = keyOf(name, vendor)
    this.#records = this.#records.filter((one) => !keyIn(one).equals(key))
  }

  /** Replaced whole, so that a file is never half written. */
  save(): void {
    const room = Buffer.alloc(this.#to - this.#from, 0xff)
    let at = 0
    for (const record of this.#records) {
      if (at + record.length > room.length) throw new Error(`${this.#path} is full; remove it, and a new one is made`)
      room.set(record, at)
      at = aligned(at + record.length)
    }
    this.#flash.set(room, this.#from)
    writeAtomic(this.#path, this.#flash)
  }
}

/** Mixed-endian, as all GUIDs of UEFI (UEFI 2.10, Appendix A). */
export function guidBytes(text: string): Buffer {
  const [a, b, c, ...rest] = text.split('-')
  const little = [a, b, c].map((part) => Buffer.from(part, 'hex').reverse())
  return Buffer.concat([...little, Buffer.from(rest.join(''), 'hex')])
}

/** In UCS-2 with a zero at its end. */
export function nameBytes(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'utf16le')
}

function liveRecords(store: Buffer): readonly Buffer[] {
  const live: Buffer[] = []
  const old: Buffer[] = []
  let at = 0
  while (at + variableHeaderBytes <= store.length && store.readUInt16LE(at) === startId) {
    const length = lengthOf(store.subarray(at))
    if (at + length > store.length) break
    const record = Buffer.from(store.subarray(at, at + length))
    if (record[2] === added) live.push(record)
    if (record[2] === replaced) old.push(record)
    at = aligned(at + length)
  }
  const kept = old.filter((one) => !live.some((other) => keyIn(other).equals(keyIn(one))))
  return [...kept, ...live]
}

function lengthOf(record: Buffer): number {
  return variableHeaderBytes + record.readUInt32LE(36) + record.readUInt32LE(40)
}

function keyIn(record: Buffer): Buffer {
  return record.subarray(44, variableHeaderBytes + record.readUInt32LE(36))
}

function keyOf(name: string, vendor: string): Buffer {
  return Buffer.concat([guidBytes(vendor), nameBytes(name)])
}

function aligned(at: number): number {
  return (at + 3) & ~3
}
