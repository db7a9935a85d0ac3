import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'

const tools = [
  requireTool('cc', 'gcc'),
  requireTool('ipmi_sim', 'openipmi'),
  requireTool('ipmipower', 'freeipmi-tools'),
].every(Boolean)

/** Without it a row is missing, and the table says so. */
const guest = [requireTool('qemu-system-x86_64', 'qemu-system-x86'), requireTestGuest()].every(Boolean)

const root = join(import.meta.dirname, '../..')

// Figures mean nothing here, on a machine that does other things: only that every row can be measured.
it.skipIf(!tools)(
  'measures every row of the table',
  async () => {
    const file = join(tempFolder(), 'rows.json')
    const options = { cwd: root, timeoutMs: 500_000 }
    const { code, stderr } = await run('npm', ['run', '--silent', 'bench', '--', '--quick', '--json', file], options)
    expect(stderr.replace(/^npm warn .*$/gm, '').trim()).toBe('')
    expect(code).toBe(0)
    const { rows, skipped } = JSON.parse(readFileSync(file, 'utf8'))
    expect(rows.length).toBeGreaterThan(20)
    expect(skipped).toHaveLength(guest ? 0 : 1)
    for (const row of rows) {
      const [own] = Object.values<{ median: number }>(row.subjects)
      expect(own.median, row.name).toBeGreaterThanOrEqual(0)
      expect(own.median, row.name).toBeLessThan(Number.POSITIVE_INFINITY)
    }
  },
  600_000,
)
