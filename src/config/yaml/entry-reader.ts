import { resolve } from 'node:path'
import type { BaseImageConfig, NetworkConfig } from '../config.ts'
import type { Personality } from '../personality/personality.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { readTextFile } from '../text-file.ts'
import { type Gone, isConsequence } from './gone.ts'
import type { LabImages } from './lab-images.ts'
import type { Places } from './places.ts'
import { fillIn, inStep, type Member, type RangeValues } from './steps.ts'

type Path = readonly PropertyKey[]

/** What reading one node's entry needs: whose it is, where things stand, and where problems go. */
export class EntryReader {
  readonly member: Member
  readonly cwd: string
  /** Where the node is named. */
  readonly at: SourceRange
  /** Of the whole file, by name. */
  readonly networks: ReadonlyMap<string, NetworkConfig>
  readonly #images: LabImages
  readonly #places: Places
  readonly #problems: Problems
  readonly #ranges: RangeValues
  /** The node's entry, then the defaults: a value stands in the first that has it. */
  readonly #entries: readonly unknown[]
  readonly #gone: readonly Gone[]
  readonly #personality: (written: string | undefined, at: SourceRange) => Personality | undefined

  constructor(options: {
    member: Member
    cwd: string
    at: SourceRange
    networks: ReadonlyMap<string, NetworkConfig>
    images: LabImages
    places: Places
    problems: Problems
    ranges: RangeValues
    entries: readonly unknown[]
    /** What is wrong with the entry and not in it any more; what may follow from that is not reported. */
    gone: readonly Gone[]
    personality: (written: string | undefined, at: SourceRange) => Personality | undefined
  }) {
    this.member = options.member
    this.cwd = options.cwd
    this.at = options.at
    this.networks = options.networks
    this.#images = options.images
    this.#places = options.places
    this.#problems = options.problems
    this.#ranges = options.ranges
    this.#entries = options.entries
    this.#gone = options.gone
    this.#personality = options.personality
  }

  /** Undefined where there is none of that name, or its files are wrong: that has been said. */
  personality(written: string | undefined, path: Path): Personality | undefined {
    return this.#personality(written, this.place(...path))
  }

  /** Undefined where there is none of that name, or its file is wrong: that has been said. */
  image(name: string, path: Path): BaseImageConfig | undefined {
    return this.#images.use(name, this.place(...path))
  }

  /** What a file holds; undefined where it cannot be read: that has been said. */
  text(written: string, path: Path): string | undefined {
    const file = this.filled(written) ?? written
    return readTextFile(resolve(this.cwd, file), file, this.#problems, this.place(...path))?.text
  }

  /** For whoever waits for changes: a file that is read by others than `text`. */
  looksInto(file: string): void {
    this.#problems.files.add(resolve(this.cwd, file))
  }

  place(...path: Path): SourceRange {
    for (const entry of this.#entries) {
      const found = this.#places.find(entry, path)
      if (found !== undefined) return found
    }
    return this.at
  }

  wrong(path: Path, message: string): void {
    if (!isConsequence(path, this.#gone)) this.#problems.add(this.place(...path), message)
  }

  /** Of what stands outside of the node's entry and the defaults. */
  wrongAt(at: SourceRange, message: string): void {
    this.#problems.add(at, message)
  }

  filled(text: string | undefined): string | undefined {
    return text === undefined ? undefined : fillIn(text, this.member)
  }

  inStep(text: string, path: Path): string | undefined {
    return this.inStepAt(text, this.place(...path))
  }

  inStepAt(text: string, at: SourceRange): string | undefined {
    return inStep(text, this.member, at, this.#problems, this.#ranges)
  }
}
