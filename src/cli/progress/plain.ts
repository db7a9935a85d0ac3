import type { Progress } from './progress.ts'

/** A line for each step of each node, for files, pipes and what shows no more than that. */
export class Plain implements Progress {
  readonly #stream: Pick<NodeJS.WriteStream, 'write'>
  readonly #last = new Map<string, string>()

  constructor(stream: Pick<NodeJS.WriteStream, 'write'>) {
    this.#stream = stream
  }

  stage(name: string, stage: string): void {
    if (this.#last.get(name) === stage) return
    this.#last.set(name, stage)
    this.#stream.write(`${name}: ${stage}\n`)
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
