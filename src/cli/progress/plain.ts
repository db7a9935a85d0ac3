import { type Progress, steps } from './progress.ts'

/** A line for each step of each node, for files, pipes and what shows no more than that. */
export class Plain implements Progress {
  readonly #stream: Pick<NodeJS.WriteStream, 'write'>
  readonly #last = new Map<string, string>()

  constructor(stream: Pick<NodeJS.WriteStream, 'write'>) {
    this.#stream = stream
  }

  stage(name: string, stage: string): void {
    const last = this.#last.get(name)
    if (last === stage) return
    this.#last.set(name, stage)
    for (const step of [...passed(last, stage), stage]) this.#stream.write(`${name}: ${step}\n`)
  }

  waitsFor(): void {
    // It changes from second to second; the result has the last of it.
  }

  done(): void {
    // The result is said when all are through.
  }

  drop(): void {}

  aside(print: () => void): void {
    print()
  }

  close(): void {}
}

/** The steps between the two: what a node went through while nobody looked. Of what was before the first look nothing is known. */
function passed(last: string | undefined, stage: string): readonly string[] {
  if (last === undefined) return []
  const from = steps.indexOf(last) + 1
  return steps.slice(from, Math.max(from, steps.indexOf(stage)))
}
