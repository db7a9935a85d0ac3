/** What stands for each node's own in the content of its seed. Undefined: the node has none. */
export interface SeedValues {
  readonly name: string
  readonly n: string
  readonly mac: string | undefined
  readonly address: string | undefined
}

export type SeedWord = keyof SeedValues

const words: readonly string[] = ['name', 'n', 'mac', 'address'] satisfies SeedWord[]

/** `{name}`, but neither a shell's `${name}` nor a Jinja template's `{{ name }}`. */
const placeholder = /(?<![${])\{(name|n|mac|address)\}(?!\})/g

/** Fills in what is known; `missing` is told of each word that has no value here. */
export function fillSeedText(text: string, values: SeedValues, missing: (word: SeedWord) => void): string {
  return text.replace(placeholder, (whole, word: SeedWord) => {
    const value = values[word]
    if (value === undefined) missing(word)
    return value ?? whole
  })
}

/** The same in every text of a map or a list, however deep. `bare` is told of a `{name}` that YAML took for a map. */
export function fillSeedValue(
  value: unknown,
  values: SeedValues,
  told: { missing: (word: SeedWord) => void; bare: (word: string) => void },
): unknown {
  if (typeof value === 'string') return fillSeedText(value, values, told.missing)
  if (Array.isArray(value)) return value.map((entry) => fillSeedValue(entry, values, told))
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value)
  const [[key, behind] = ['', undefined]] = entries
  if (entries.length === 1 && behind === null && words.includes(key)) told.bare(key)
  return Object.fromEntries(entries.map(([key, entry]) => [key, fillSeedValue(entry, values, told)]))
}
