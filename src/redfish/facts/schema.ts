import { schemas } from './schemas.ts'

/** A property of a schema, or a parameter of an action, with its words read (see schema-facts.ts). */
export interface Property {
  readonly list: boolean
  readonly kind: 'string' | 'boolean' | 'integer' | 'number' | 'link' | 'open' | 'any' | 'object' | 'enum'
  /** `Schema.Type` of an object or an enumeration. */
  readonly of: string
  readonly writable: boolean
  readonly required: boolean
  readonly requiredOnCreate: boolean
  readonly nullable: boolean
  readonly format: string | undefined
  readonly minimum: number | undefined
  readonly maximum: number | undefined
  readonly pattern: string | undefined
}

export type Properties = ReadonlyMap<string, Property>

/** What is the same for all: a type's words are read once. */
const known = new Map<string, Properties | undefined>()

/** Of `Schema.Type`, or undefined where the tables have no such type. */
export function propertiesOf(type: string): Properties | undefined {
  if (!known.has(type)) {
    const [schema, name] = type.split('.')
    known.set(type, readAll(schemas[schema]?.types[name]))
  }
  return known.get(type)
}

/** Undefined where the schema has no such action. */
export function parametersOf(schema: string, action: string): Properties | undefined {
  return readAll(schemas[schema]?.actions?.[action])
}

export function enumValues(type: string): readonly string[] {
  const [schema, name] = type.split('.')
  const values = schemas[schema]?.enums?.[name]
  return values?.split(values.includes('|') ? '|' : ' ') ?? []
}

/** `Manager.v1_24_0`; a collection has no version. */
export function versionedName(schema: string): string {
  const version = schemas[schema]?.version
  return version === undefined ? schema : `${schema}.${version}`
}

/** `#Manager.v1_24_0.Manager` */
export function odataType(schema: string): string {
  return `#${versionedName(schema)}.${schema}`
}

export function isKnownSchema(schema: string): boolean {
  return schemas[schema] !== undefined
}

export function schemaNames(): readonly string[] {
  return Object.keys(schemas)
}

function readAll(facts: Readonly<Record<string, string>> | undefined): Properties | undefined {
  return facts && new Map(Object.entries(facts).map(([name, words]) => [name, readProperty(words)]))
}

export function readProperty(text: string): Property {
  const at = text.indexOf(' pattern:')
  const [type, ...words] = (at < 0 ? text : text.slice(0, at)).split(' ')
  const list = type.startsWith('[]')
  const [kind, of = ''] = type.slice(list ? 2 : 0).split(':')
  const after = (head: string) => words.find((word) => word.startsWith(head))?.slice(head.length)
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text))
  return {
    list,
    kind: kindOf(kind),
    of,
    writable: words.includes('write'),
    required: words.includes('required'),
    requiredOnCreate: words.includes('create'),
    nullable: words.includes('null'),
    format: after('format:'),
    minimum: number(after('min:')),
    maximum: number(after('max:')),
    pattern: at < 0 ? undefined : text.slice(at + ' pattern:'.length),
  }
}

const kinds = ['string', 'boolean', 'integer', 'number', 'link', 'open', 'any', 'object', 'enum'] as const

function kindOf(word: string): Property['kind'] {
  const kind = kinds.find((one) => one === word)
  if (kind === undefined) throw new RangeError(`the tables of facts have no kind "${word}"`)
  return kind
}
