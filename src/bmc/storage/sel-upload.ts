import { BmcError } from '../../base/errors.ts'
import { SEL_RECORD } from '../../ipmi/sel-record.ts'

/** The first piece has this ID; the ones behind it the ID that was answered (§31.7). */
const FIRST_PIECE = 0x0000

/** Where a whole record goes. */
interface RecordLog {
  add(record: Uint8Array): number
  checkRoom(): void
}

/**
 * Partial Add SEL Entry (IPMI 2.0 §31.7): a record in pieces, which counts when the last one came. It is known by the
 * reservation it was begun with; another one, or a new first piece, forgets what was there.
 */
export class SelUpload {
  readonly #sel: RecordLog
  #current: { readonly reservation: number; readonly record: Uint8Array; filled: number } | undefined

  constructor(sel: RecordLog) {
    this.#sel = sel
  }

  /** Returns the ID of the record, or while it is not whole the one that the next piece is to name. */
  add(piece: {
    readonly reservation: number
    readonly id: number
    readonly offset: number
    readonly last: boolean
    readonly data: Uint8Array
  }): number | 'wrong length' {
    const { reservation, id, offset, last, data } = piece
    if (id === FIRST_PIECE && offset === 0) this.#begin(reservation)
    const upload = this.#current
    if (upload === undefined || upload.reservation !== reservation || (id !== FIRST_PIECE && id !== PIECE_ID)) {
      throw new BmcError('not-found', 'no record is being added with this ID and reservation')
    }
    if (offset !== upload.filled) {
      throw new BmcError('invalid-field', `the next byte of this record is byte ${upload.filled}`)
    }
    const end = offset + data.length
    if (end > SEL_RECORD || (last && end < SEL_RECORD)) {
      this.#current = undefined
      return 'wrong length'
    }
    upload.record.set(data, offset)
    upload.filled = end
    if (!last) return PIECE_ID
    this.#current = undefined
    return this.#sel.add(upload.record)
  }

  #begin(reservation: number): void {
    // A SEL without room says so at the first piece, before a client sends the others.
    this.#sel.checkRoom()
    this.#current = { reservation, record: new Uint8Array(SEL_RECORD), filled: 0 }
  }
}

/** Stands for the record that is being added; the last ID a SEL would give. */
const PIECE_ID = 0xfffe
