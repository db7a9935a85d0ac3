import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * `unit` runs file by file beside each other. The others own real processes and real ports, and come one after another behind the
 * unit tests: some at a time, since each waits much of its time, for a client or for a VM that has one processor. Their addresses,
 * names and folders are their own. Who builds dist/ anew is alone: `app-alone`. The limits are for what hangs; a busy machine must not
 * reach them.
 */
const alone = ['npm-start', 'bench'].map((name) => `test/app/${name}.test.ts`)
const setup = ['test/support/build.ts', 'test/support/find-test-guest.ts']

export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{architecture,unit,property,golden}/**/*.test.ts'],
          testTimeout: 60_000,
          // Most of the time of these went into loading the same modules for each file.
          isolate: false,
          setupFiles: ['test/support/each-file.ts'],
          // Vitest would leave one of two processors idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      serial('contract', 1, { testTimeout: 240_000 }, 2),
      serial('app', 2, { testTimeout: 240_000, globalSetup: setup, exclude: alone }, 3),
      serial('app-alone', 3, { testTimeout: 240_000, globalSetup: setup, include: alone }),
      serial('clients', 4, { testTimeout: 300_000, globalSetup: setup }, 2),
    ],
  },
})

function serial(
  name: string,
  groupOrder: number,
  more: { testTimeout: number; globalSetup?: string[]; include?: string[]; exclude?: string[] },
  filesAtATime = 1,
) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      fileParallelism: filesAtATime > 1,
      maxWorkers: filesAtATime,
      hookTimeout: 300_000,
      sequence: { groupOrder },
      ...more,
    },
  }
}
