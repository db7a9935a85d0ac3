import { fault, RedfishError, refuse } from '../faults.ts'
import { type Condition, readFilter } from './filter.ts'

/** Query parameters (DSP0266 §7.3), read. */
export interface Query {
  readonly only: boolean
  readonly excerpt: boolean
  readonly select: readonly (readonly string[])[] | undefined
  readonly expand: Expand | undefined
  readonly filter: Condition | undefined
  readonly top: number | undefined
  readonly skip: number
}

export interface Expand {
  /** Of links that are not in `Links`, of those that are, or both. */
  readonly which: '.' | '~' | '*'
  readonly levels: number
}

/** As deep as a response goes. */
export const MAX_LEVELS = 3

const none: Query = {
  only: false,
  excerpt: false,
  select: undefined,
  expand: undefined,
  filter: undefined,
  top: undefined,
  skip: 0,
}

/** Throws a RedfishError where a parameter is not known, or has a value that cannot be. */
export function readQuery(text: string): Query {
  if (text === '') return none
  let query = none
  for (const [name, value] of new URLSearchParams(text)) query = { ...query, ...readOne(name, value) }
  const { only, ...rest } = query
  if (only && Object.values(rest).some((value) => value !== undefined && value !== 0 && value !== false)) {
    throw refuse(400, 'QueryCombinationInvalid')
  }
  return query
}

function readOne(name: string, value: string): Partial<Query> {
  switch (name) {
    case 'only':
      return { only: true }
    case '$select':
      return { select: readSelect(value) }
    case '$expand':
      return { expand: readExpand(value) }
    case '$filter':
      return { filter: readFilter(value) }
    case '$top':
      return { top: readCount(name, value) }
    case '$skip':
      return { skip: readCount(name, value) }
    case 'excerpt':
      return { excerpt: true }
    default:
      // What has no dollar sign may be for somebody else.
      if (name.startsWith('$')) throw refuse(501, 'QueryNotSupported')
      return {}
  }
}

function readSelect(value: string): readonly (readonly string[])[] {
  const paths = value.split(',').map((path) => path.trim())
  if (paths.some((path) => !/^[@\w.#]+(\/[@\w.#]+)*$/.test(path))) {
    throw refuse(400, 'QueryParameterValueFormatError', value, '$select')
  }
  return paths.map((path) => path.split('/'))
}

function readExpand(value: string): Expand {
  const match = /^([.*~])(?:\(\$levels=(\d+)\))?$/.exec(value.trim())
  if (match === null) throw refuse(400, 'QueryParameterValueFormatError', value, '$expand')
  const levels = match[2] === undefined ? 1 : Number(match[2])
  if (levels < 1 || levels > MAX_LEVELS) {
    throw refuse(400, 'QueryParameterOutOfRange', String(levels), '$levels', `1 to ${MAX_LEVELS}`)
  }
  const which = match[1] === '.' || match[1] === '~' ? match[1] : '*'
  return { which, levels }
}

function readCount(name: string, value: string): number {
  if (/^-\d+$/.test(value)) {
    throw new RedfishError(400, [fault('QueryParameterOutOfRange', value, name, '0 and more')])
  }
  if (!/^\d{1,9}$/.test(value)) throw refuse(400, 'QueryParameterValueTypeError', value, name)
  return Number(value)
}
