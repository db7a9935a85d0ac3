import { didYouMean } from '../nearest.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { personalityFolder, personalityNames } from './find.ts'
import type { Personality } from './personality.ts'
import { personalityIn } from './read-personality.ts'

/** The personalities that a lab file names, each read once: all nodes of a kind share one. */
export class PersonalityShelf {
  readonly #cwd: string
  readonly #problems: Problems
  /** By how it is written. */
  readonly #known = new Map<string, Personality | undefined>()

  constructor(cwd: string, problems: Problems) {
    this.#cwd = cwd
    this.#problems = problems
  }

  /** `written` at `at` in the lab file: a name of ours, or the path of a folder. Undefined where that is a problem. */
  get(written: string, at: SourceRange): Personality | undefined {
    if (!this.#known.has(written)) this.#known.set(written, this.#find(written, at))
    return this.#known.get(written)
  }

  #find(written: string, at: SourceRange): Personality | undefined {
    const folder = personalityFolder(written, this.#cwd)
    if (folder === undefined) {
      const names = personalityNames()
      const hint = didYouMean(written, names) || `; there are ${names.join(', ')}.`
      this.#problems.add(
        at,
        `there is no personality "${written}"${hint} A folder of your own is written as a path: ./${written}`,
      )
      return undefined
    }
    return personalityIn(folder, this.#problems)
  }
}
