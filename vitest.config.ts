import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/**
 * `unit` runs file by file beside each other. The others own real processes, real ports and, on a small machine, both
 * cores: one file at a time, after the unit tests.
 */
export default defineConfig({
  test: {
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/{architecture,unit,property,golden}/**/*.test.ts'],
          testTimeout: 20_000,
          // Vitest would leave one of two processors idle.
          maxWorkers: Math.max(2, availableParallelism() - 1),
          sequence: { groupOrder: 0 },
        },
      },
      serial('contract', 1, { testTimeout: 60_000 }),
      serial('app', 2, { testTimeout: 60_000, globalSetup: ['test/support/build.ts'] }),
      serial('clients', 3, { testTimeout: 90_000, globalSetup: ['test/support/build.ts'] }),
    ],
  },
})

function serial(name: string, groupOrder: number, more: { testTimeout: number; globalSetup?: string[] }) {
  return {
    extends: true as const,
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      fileParallelism: false,
      maxWorkers: 1,
      hookTimeout: 60_000,
      sequence: { groupOrder },
      ...more,
    },
  }
}
