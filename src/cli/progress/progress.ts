/** The steps of a machine on its way up, in their order; what else a stage may be comes before the first. */
export const steps: readonly string[] = ['start', 'firmware', 'boot', 'ready']

/** Shows how far nodes are. Whatever else is printed meanwhile goes through `aside`. */
export interface Progress {
  stage(name: string, stage: string): void
  /** What it still waits for, and why: `ssh 127.0.0.1:22: connection refused`. */
  waitsFor(name: string, missing: readonly string[]): void
  /** That node is through, whatever came of it. */
  done(name: string, good: boolean, words: string): void
  /** It is of no interest any more. */
  drop(name: string): void
  /** `print` writes to the same terminal: above the display. */
  aside(print: () => void): void
  /** Takes the display away, or leaves its last picture (`stay`). Once. */
  close(stay?: boolean): void
}

export const silent: Progress = {
  stage() {},
  waitsFor() {},
  done() {},
  drop() {},
  aside: (print) => print(),
  close() {},
}
