import { DecodeError } from '../base/bytes.ts'
import type { Clock } from '../base/clock.ts'
import { BmcError } from '../base/errors.ts'
import type { Session } from './access/session.ts'
import { SetInProgress } from './set-in-progress.ts'
import { MemoryStore, type Store } from './store.ts'
import { storeBytes, storedBytes } from './stored.ts'

/** System info parameters (IPMI 2.0 §22.14a, Table 22-16a): texts in blocks of 16 bytes. */
const FIRST_TEXT = 1
const SYSTEM_NAME = 2
const OS_NAME = 4
const OS_VERSION = 5
const LAST_TEXT = 7

const BLOCK_SIZE = 16
/** 255 characters and the two bytes in front of them. */
const BLOCKS = 17

/** What management software and the guest tell about the system. The OS name and version fall with the power. */
export class SystemInfo {
  readonly setInProgress: SetInProgress
  readonly #kept: Store
  readonly #volatile: Store = new MemoryStore()
  readonly #name: string

  constructor(clock: Clock, store: Store, name: string) {
    this.setInProgress = new SetInProgress(clock)
    this.#kept = store
    this.#name = name
  }

  has(number: number): boolean {
    return number >= FIRST_TEXT && number <= LAST_TEXT
  }

  /** One block, with its number in front: block 0 starts with encoding and length. */
  block(number: number, set: number): Uint8Array {
    if (set >= BLOCKS) throw new BmcError('out-of-range', `texts have blocks 0 to ${BLOCKS - 1}`)
    const stored = storedBytes(this.#store(number), key(number, set), BLOCK_SIZE)
    return Uint8Array.of(set, ...(stored ?? this.#initial(number, set)))
  }

  setBlock(number: number, data: Uint8Array): void {
    if (data.length < 2 || data.length > 1 + BLOCK_SIZE) throw new DecodeError('length', 'a block number and 16 bytes')
    if (data[0] >= BLOCKS) throw new BmcError('out-of-range', `texts have blocks 0 to ${BLOCKS - 1}`)
    const block = new Uint8Array(BLOCK_SIZE)
    block.set(data.subarray(1))
    storeBytes(this.#store(number), key(number, data[0]), block)
    this.setInProgress.touch()
  }

  /** Parameters 4 and 5 tell of an operating system that runs. */
  powerOff(): void {
    for (let set = 0; set < BLOCKS; set++) {
      this.#volatile.set(key(OS_NAME, set), undefined)
      this.#volatile.set(key(OS_VERSION, set), undefined)
    }
  }

  sessionEnded(session: Session): void {
    this.setInProgress.sessionEnded(session)
  }

  #store(number: number): Store {
    return number === OS_NAME || number === OS_VERSION ? this.#volatile : this.#kept
  }

  /** Nobody set the system name: it is the node's. Encoding 0 is ASCII and Latin-1. */
  #initial(number: number, set: number): Uint8Array {
    const text = number === SYSTEM_NAME ? Buffer.from(this.#name, 'latin1').subarray(0, 255) : Buffer.alloc(0)
    const whole = Buffer.alloc(BLOCKS * BLOCK_SIZE)
    whole[1] = text.length
    whole.set(text, 2)
    return whole.subarray(set * BLOCK_SIZE, (set + 1) * BLOCK_SIZE)
  }
}

function key(number: number, set: number): string {
  return `system-info.${number}.${set}`
}
