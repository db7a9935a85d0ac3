import { fromHex, hex } from '../../base/bytes.ts'
import { SEL_RECORD } from '../../ipmi/sel-record.ts'

/** What the SEL is made of, and what each line of its journal changes. */
export interface SelState {
  readonly records: Map<number, Uint8Array>
  lastAdded: number
  lastErased: number
  lastId: number
  overflow: boolean
}

export const selLines = {
  add: (seconds: number, record: Uint8Array) => `a ${seconds} ${hex(record, '')}`,
  /** The oldest record goes for this one: one line, so that no kill comes between. */
  overwrite: (seconds: number, record: Uint8Array) => `w ${seconds} ${hex(record, '')}`,
  delete: (seconds: number, id: number) => `d ${seconds} ${id}`,
  overflow: () => 'o',
}

/** What all lines so far come to, in as few lines as there are records. */
export function shortened(state: SelState): string[] {
  const flag = state.overflow ? 1 : 0
  return [
    `s ${state.lastAdded} ${state.lastErased} ${state.lastId} ${flag}`,
    ...[...state.records.values()].map((record) => `r ${hex(record, '')}`),
  ]
}

/** Replays a journal. A line that cannot be read, from an edited file, is passed over. */
export function replay(lines: readonly string[]): SelState {
  const state = { records: new Map<number, Uint8Array>(), lastAdded: 0, lastErased: 0, lastId: 0, overflow: false }
  for (const line of lines) apply(state, line.split(' '))
  return state
}

function apply(state: SelState, [verb, ...words]: readonly string[]): void {
  const numbers = words.map(Number)
  switch (verb) {
    case 'a':
    case 'w':
      if (verb === 'w') dropOldest(state)
      state.lastId = keep(state, words[1]) ?? state.lastId
      state.lastAdded = numbers[0]
      break
    case 'r':
      keep(state, words[0])
      break
    case 'd':
      state.records.delete(numbers[1])
      state.lastErased = numbers[0]
      break
    case 'o':
      state.overflow = true
      break
    case 's':
      ;[state.lastAdded, state.lastErased, state.lastId] = numbers
      state.overflow = numbers[3] === 1
      break
  }
}

function dropOldest({ records }: SelState): void {
  const [oldest] = records.keys()
  if (oldest !== undefined) records.delete(oldest)
}

/** Its ID. */
function keep(state: SelState, text: string | undefined): number | undefined {
  if (text?.length !== SEL_RECORD * 2 || !/^[0-9a-f]+$/.test(text)) return undefined
  const record = fromHex(text)
  const id = record[0] | (record[1] << 8)
  state.records.set(id, record)
  return id
}
