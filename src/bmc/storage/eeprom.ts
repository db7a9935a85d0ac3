/** The memory behind an EEPROM: a FRU device's bytes, wherever they are kept. */
export interface EepromMemory {
  readonly size: number
  read(offset: number, count: number): Uint8Array
  write(offset: number, data: Uint8Array): void
}

/** A part that nobody wrote to. */
export function blankMemory(size: number): EepromMemory {
  const cells = new Uint8Array(size).fill(0xff)
  return {
    size,
    read: (offset, count) => cells.slice(offset, offset + count),
    write: (offset, data) => cells.set(data, offset),
  }
}

/**
 * A serial EEPROM as it is spoken to on I2C: what is written begins with the address of a cell, one byte for parts of up to
 * 256 bytes and two, high byte first, above. Reads go on where the last transfer ended and wrap at the end.
 */
export class Eeprom {
  readonly #memory: EepromMemory
  #at = 0

  constructor(memory: EepromMemory) {
    this.#memory = memory
  }

  transfer(write: Uint8Array, readCount: number): Uint8Array {
    const addressSize = this.#memory.size > 256 ? 2 : 1
    if (write.length >= addressSize) {
      const address = addressSize === 2 ? (write[0] << 8) | write[1] : write[0]
      this.#at = address % this.#memory.size
      this.#write(write.subarray(addressSize))
    }
    return Uint8Array.from({ length: readCount }, () => this.#next())
  }

  #write(data: Uint8Array): void {
    for (const byte of data) {
      this.#memory.write(this.#at, Uint8Array.of(byte))
      this.#at = (this.#at + 1) % this.#memory.size
    }
  }

  #next(): number {
    const [byte] = this.#memory.read(this.#at, 1)
    this.#at = (this.#at + 1) % this.#memory.size
    return byte
  }
}
