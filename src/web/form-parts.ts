import { refuse } from '../redfish/faults.ts'
import type { FormPart } from '../redfish/request.ts'

const mostParts = 16
const mostHeaderBytes = 8 * 1024
const lineEnd = Buffer.from('\r\n')
const headersEnd = Buffer.from('\r\n\r\n')

/** The boundary of a multipart/form-data body; undefined: its content type names none. */
export function boundaryOf(contentType: string): string | undefined {
  const match = /;\s*boundary=(?:"([^"]{1,70})"|([^\s";]{1,70}))/i.exec(contentType)
  return match?.[1] ?? match?.[2]
}

/**
 * The parts of a form (RFC 7578, RFC 2046 §5.1.1) as they arrive. Nothing is kept: what is not read of a part when the next one is asked
 * for is skipped, and a sender who is faster than the reader waits.
 */
export async function* formParts(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<FormPart> {
  const delimiter = Buffer.from(`\r\n--${boundary}`)
  const bytes = new Arriving(body)
  try {
    // The first delimiter may be the first thing of all.
    bytes.unread(lineEnd)
    await bytes.skip(delimiter)
    for (let count = 0; ; count++) {
      const line = await bytes.whole(lineEnd, mostHeaderBytes)
      if (line.startsWith('--')) return
      if (line.trim() !== '' || count === mostParts) throw malformed()
      // There may be no headers: then the line's end is also theirs.
      bytes.unread(lineEnd)
      const headers = await bytes.whole(headersEnd, mostHeaderBytes)
      let isRead = false
      const content = async function* () {
        yield* bytes.until(delimiter)
        isRead = true
      }
      yield { ...partOf(headers), content: content() }
      if (!isRead) await bytes.skip(delimiter)
    }
  } finally {
    await bytes.letGo()
  }
}

/** Bytes that come in pieces, searched for what ends a piece of theirs. */
class Arriving {
  readonly #source: AsyncIterator<Uint8Array>
  #held: Buffer = Buffer.alloc(0)

  constructor(source: AsyncIterable<Uint8Array>) {
    this.#source = source[Symbol.asyncIterator]()
  }

  unread(bytes: Buffer): void {
    this.#held = Buffer.concat([bytes, this.#held])
  }

  async skip(mark: Buffer): Promise<void> {
    for await (const _ of this.until(mark));
  }

  async letGo(): Promise<void> {
    await this.#source.return?.()
  }

  /** What comes before the mark; the mark is gone with it. */
  async *until(mark: Buffer): AsyncGenerator<Uint8Array> {
    for (;;) {
      const at = this.#held.indexOf(mark)
      if (at >= 0) {
        const last = this.#held.subarray(0, at)
        this.#held = this.#held.subarray(at + mark.length)
        if (last.length > 0) yield last
        return
      }
      // The end of what is here may be the beginning of the mark.
      const sure = this.#held.length - mark.length + 1
      if (sure > 0) {
        const piece = this.#held.subarray(0, sure)
        this.#held = this.#held.subarray(sure)
        yield piece
      }
      await this.#more()
    }
  }

  /** The same as text, all of it. */
  async whole(mark: Buffer, most: number): Promise<string> {
    const pieces: Uint8Array[] = []
    let length = 0
    for await (const piece of this.until(mark)) {
      pieces.push(piece)
      length += piece.length
      if (length > most) throw malformed()
    }
    return Buffer.concat(pieces).toString('utf8')
  }

  async #more(): Promise<void> {
    const next = await this.#source.next()
    if (next.done) throw malformed()
    this.#held = this.#held.length === 0 ? Buffer.from(next.value) : Buffer.concat([this.#held, next.value])
  }
}

function partOf(headers: string): Omit<FormPart, 'content'> {
  const fields = new Map(
    headers.split('\r\n').flatMap((line) => {
      const colon = line.indexOf(':')
      return colon < 0 ? [] : [[line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()] as const]
    }),
  )
  const disposition = fields.get('content-disposition') ?? ''
  const name = parameterOf(disposition, 'name')
  if (!/^form-data\b/i.test(disposition) || name === undefined) throw malformed()
  return {
    name,
    fileName: parameterOf(disposition, 'filename'),
    contentType: fields.get('content-type')?.split(';')[0].trim().toLowerCase(),
  }
}

function parameterOf(disposition: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`, 'i').exec(disposition)
  return match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2]
}

function malformed() {
  return refuse(400, 'MissingOrMalformedPart')
}
