import { DecodeError } from '../../base/bytes.ts'
import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import type { BootChoice, BootDevice } from '../../machine/machine.ts'
import type { Session } from '../access/session.ts'
import { SetInProgress } from '../set-in-progress.ts'
import type { Store } from '../store.ts'
import { storeBytes, storedBoolean, storedBytes, storedWord } from '../stored.ts'

/** Boot option parameters (IPMI 2.0 §28.13, Table 28-14) and their sizes on reading; 0 lives in `setInProgress`. */
export const BootParameter = {
  setInProgress: 0,
  servicePartitionSelector: 1,
  servicePartitionScan: 2,
  flagValidClearing: 3,
  infoAcknowledge: 4,
  flags: 5,
  initiatorInfo: 6,
  initiatorMailbox: 7,
} as const

const sizes: Readonly<Record<number, number>> = { 1: 1, 2: 1, 3: 1, 4: 2, 5: 5, 6: 9 }

const MAILBOX_BLOCKS = 5
const MAILBOX_BLOCK_SIZE = 16

const VALID = 0x80
const PERSISTENT = 0x40
const EFI = 0x20

/** Parameter 3: the valid bit outlives 60 seconds without a Chassis Control; a start by the watchdog; one by PEF. */
const NO_TIMEOUT = 0x08
const OUTLIVES_PEF = 0x10
const OUTLIVES_WATCHDOG = 0x04
const VALID_MS = 60_000

/** Parameter 5, data 2, bits 5:2. The values not listed are reserved and choose nothing. */
const devices: Readonly<Record<number, BootDevice>> = {
  0: 'none',
  1: 'pxe',
  2: 'disk',
  3: 'safe-mode',
  4: 'diagnostics',
  5: 'cdrom',
  6: 'bios-setup',
  7: 'remote-floppy',
  8: 'remote-cdrom',
  9: 'primary-remote-media',
  11: 'remote-disk',
  15: 'floppy',
}

/** The boot flags as doors that are not IPMI show them: what was chosen stays to be read while it is disabled. */
export interface BootOverride {
  readonly enabled: 'disabled' | 'once' | 'continuous'
  readonly device: BootDevice
  readonly efi: boolean
}

/** Redfish's own devices, which the flags of IPMI have no code for: what they show in place of each (Fh is "floppy/primary removable media"). */
const beyondIpmi = { 'uefi-http': 'pxe', 'uefi-target': 'none', usb: 'floppy' } as const
const beyondWords = ['uefi-http', 'uefi-target', 'usb'] as const

/** A boot URI is text of ASCII (RFC 3986) and fits into a UEFI variable many times over. */
const LONGEST_URI = 1024

export interface BootParameterValue {
  /** Not marked invalid by who wrote it (bit 7 of the parameter selector). */
  readonly valid: boolean
  readonly data: Uint8Array
}

/**
 * What the next start is asked to boot. Parameters read back as they were written; a one-shot choice is used up by the
 * start that gets it, or lapses after 60 seconds unless parameter 3 says to keep it.
 */
export class BootOptions {
  readonly setInProgress: SetInProgress
  readonly #clock: Clock
  readonly #store: Store
  /** When the 60 seconds began: the write of the flags, or a Chassis Control since. */
  #validSince: number

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
    this.setInProgress = new SetInProgress(clock)
    this.#validSince = clock.monotonic()
  }

  /** The parameter's value, or undefined where there is no such parameter. `set` chooses the mailbox block. */
  parameter(number: number, set: number): BootParameterValue | undefined {
    if (number === BootParameter.setInProgress) {
      return { valid: true, data: Uint8Array.of(this.setInProgress.active ? 1 : 0) }
    }
    const valid = storedBoolean(this.#store, `boot.${number}.invalid`) !== true
    if (number === BootParameter.initiatorMailbox) {
      return { valid, data: Uint8Array.of(mailboxBlock(set), ...this.#read(`boot.7.${set}`, MAILBOX_BLOCK_SIZE)) }
    }
    const size = sizes[number]
    if (size === undefined) return undefined
    if (number === BootParameter.flags) this.#lapse()
    return { valid, data: this.#read(`boot.${number}`, size) }
  }

  /** Writes a parameter 1..7. No data: only the mark changes (§28.12). False where there is no such parameter. */
  set(number: number, invalid: boolean, data: Uint8Array): boolean {
    const mailbox = number === BootParameter.initiatorMailbox
    const size = sizes[number]
    if (size === undefined && !mailbox) return false
    if (data.length > 0) {
      if (mailbox) this.#writeMailbox(data)
      else if (data.length !== size) throw new DecodeError('length', `boot parameter ${number} has ${size} bytes`)
      else if (number === BootParameter.infoAcknowledge) this.#acknowledge(data[0], data[1])
      else storeBytes(this.#store, `boot.${number}`, data)
      if (number === BootParameter.flags) {
        this.#validSince = this.#clock.monotonic()
        this.#setLasting(false)
        this.#setBeyond(undefined)
        this.setMode(undefined)
      }
    }
    if (invalid !== (storedBoolean(this.#store, `boot.${number}.invalid`) ?? false)) {
      this.#store.set(`boot.${number}.invalid`, invalid)
    }
    this.setInProgress.touch()
    return true
  }

  /** Nobody has ever written the flags. */
  get isUntouched(): boolean {
    return this.#store.get('boot.5') === undefined
  }

  get override(): BootOverride {
    this.#lapse()
    const flags = this.#read('boot.5', 5)
    const valid = (flags[0] & VALID) !== 0 && storedBoolean(this.#store, 'boot.5.invalid') !== true
    const persistent = (flags[0] & PERSISTENT) !== 0
    return {
      enabled: valid ? (persistent ? 'continuous' : 'once') : 'disabled',
      device: this.#device(flags),
      efi: (flags[0] & EFI) !== 0,
    }
  }

  /** The same flags by their meaning. A one-shot choice made so waits for the next start, however long that takes. */
  setOverride({ enabled, device, efi }: BootOverride): void {
    const flags = this.#read('boot.5', 5)
    const beyond = beyondWords.find((word) => word === device)
    const isOfEfi = beyond === 'uefi-http' || beyond === 'uefi-target'
    const shown = beyond === undefined ? device : beyondIpmi[beyond]
    const code = Object.entries(devices).find(([, one]) => one === shown)?.[0]
    if (beyond === 'uefi-target' && enabled !== 'disabled' && this.target === '') {
      throw new BmcError('invalid-field', 'no boot device was named as the target yet')
    }
    flags[0] =
      (enabled === 'disabled' ? 0 : VALID) | (enabled === 'continuous' ? PERSISTENT : 0) | (efi || isOfEfi ? EFI : 0)
    flags[1] = (flags[1] & ~0x3c) | (Number(code) << 2)
    storeBytes(this.#store, 'boot.5', flags)
    if (storedBoolean(this.#store, 'boot.5.invalid') === true) this.#store.set('boot.5.invalid', false)
    this.#setBeyond(beyond)
    this.#setLasting(true)
  }

  /** What a start with the override begins with, whatever is set up; undefined: as set up. IPMI's flags have no word for that: EFI is a hint. */
  get mode(): 'bios' | 'uefi' | undefined {
    return storedWord(this.#store, 'boot.mode', ['bios', 'uefi'])
  }

  setMode(mode: 'bios' | 'uefi' | undefined): void {
    if (this.mode !== mode) this.#store.set('boot.mode', mode)
  }

  /** What `uefi-http` boots; empty: whatever DHCP says. */
  get httpUri(): string {
    const value = this.#store.get('boot.http-uri')
    return typeof value === 'string' ? value : ''
  }

  setHttpUri(uri: string): void {
    if (uri !== '' && (!/^https?:\/\/[\x21-\x7e]+$/i.test(uri) || uri.length > LONGEST_URI || !URL.canParse(uri))) {
      throw new BmcError('invalid-field', `"${uri}" is no URI of http or https`)
    }
    this.#store.set('boot.http-uri', uri)
  }

  /** The boot device that `uefi-target` means, by its id; empty: none was named. */
  get target(): string {
    const value = this.#store.get('boot.target')
    return typeof value === 'string' ? value : ''
  }

  setTarget(id: string): void {
    this.#store.set('boot.target', id)
  }

  /** The choice for a start that happens now; a one-shot choice is used up by it. */
  takeForStart(): BootChoice | undefined {
    this.#lapse()
    const flags = this.#read('boot.5', 5)
    const marked = storedBoolean(this.#store, 'boot.5.invalid') === true
    if ((flags[0] & VALID) === 0 || marked) return undefined
    const persistent = (flags[0] & PERSISTENT) !== 0
    if (!persistent) this.#setValid(false)
    const device = this.#device(flags)
    const efi = (flags[0] & EFI) !== 0
    const { mode } = this
    const choice = { device, efi, persistent, ...(mode && { mode }) }
    if (device === 'uefi-http') return { ...choice, uri: this.httpUri }
    return device === 'uefi-target' ? { ...choice, target: this.target } : choice
  }

  /** The start that took the choice failed: the next one gets it. */
  putBack(): void {
    this.#setValid(true)
  }

  /** A Chassis Control command starts the 60 seconds again (Table 28-14, parameter 3). */
  chassisControlled(): void {
    this.#validSince = this.#clock.monotonic()
  }

  /** A start that the watchdog is behind gets no one-shot choice, unless parameter 3 says to keep it. */
  watchdogExpired(): void {
    this.#startedBy(OUTLIVES_WATCHDOG)
  }

  /** The same for a start that platform event filtering is behind. */
  pefActed(): void {
    this.#startedBy(OUTLIVES_PEF)
  }

  sessionEnded(session: Session): void {
    this.setInProgress.sessionEnded(session)
  }

  #startedBy(kept: number): void {
    const [flags] = this.#read('boot.5', 5)
    if ((flags & VALID) === 0 || (flags & PERSISTENT) !== 0) return
    if ((this.#read('boot.3', 1)[0] & kept) === 0) this.#setValid(false)
  }

  /** A persistent choice is meant for all starts to come, so only a one-shot choice lapses. */
  #lapse(): void {
    const flags = this.#read('boot.5', 5)
    if ((flags[0] & VALID) === 0 || (flags[0] & PERSISTENT) !== 0) return
    if ((this.#read('boot.3', 1)[0] & NO_TIMEOUT) !== 0) return
    if (storedBoolean(this.#store, 'boot.lasting') === true) return
    if (this.#clock.monotonic() - this.#validSince >= VALID_MS) this.#setValid(false)
  }

  #device(flags: Uint8Array): BootDevice {
    const beyond = storedWord(this.#store, 'boot.beyond', beyondWords)
    return beyond ?? devices[(flags[1] >> 2) & 0x0f] ?? 'none'
  }

  #setBeyond(device: keyof typeof beyondIpmi | undefined): void {
    if (storedWord(this.#store, 'boot.beyond', beyondWords) !== device) {
      this.#store.set('boot.beyond', device)
    }
  }

  #setLasting(lasting: boolean): void {
    if ((storedBoolean(this.#store, 'boot.lasting') ?? false) !== lasting) this.#store.set('boot.lasting', lasting)
  }

  #setValid(valid: boolean): void {
    const flags = this.#read('boot.5', 5)
    flags[0] = valid ? flags[0] | VALID : flags[0] & ~VALID
    storeBytes(this.#store, 'boot.5', flags)
  }

  /** Parameter 4: the mask says which acknowledge bits the data sets; the mask itself reads as 0. */
  #acknowledge(mask: number, bits: number): void {
    const old = this.#read('boot.4', 2)[1]
    storeBytes(this.#store, 'boot.4', Uint8Array.of(0, (old & ~mask) | (bits & mask)))
  }

  /** Parameter 7: block number, then up to 16 bytes from the start of that block. */
  #writeMailbox(data: Uint8Array): void {
    const set = mailboxBlock(data[0])
    if (data.length > 1 + MAILBOX_BLOCK_SIZE) throw new DecodeError('length', 'a mailbox block has 16 bytes')
    const block = this.#read(`boot.7.${set}`, MAILBOX_BLOCK_SIZE)
    block.set(data.subarray(1))
    storeBytes(this.#store, `boot.7.${set}`, block)
  }

  #read(key: string, size: number): Uint8Array {
    return storedBytes(this.#store, key, size) ?? new Uint8Array(size)
  }
}

function mailboxBlock(set: number): number {
  if (set >= MAILBOX_BLOCKS) throw new BmcError('out-of-range', `the mailbox has blocks 0 to ${MAILBOX_BLOCKS - 1}`)
  return set
}
