import { writeFileSync } from 'node:fs'
import { cpus, release } from 'node:os'
import { Command, InvalidArgumentError } from 'commander'
import { measured, type Row, type Size } from './measure.ts'
import { measures } from './rows.ts'
import { Servers } from './servers.ts'
import { table } from './table.ts'

/** `npm run bench`: bmcsim beside ipmi_sim on this machine, in interleaved rounds. docs/performance.md has the last table. */

const program = new Command('npm run bench --')
  .description('Measures bmcsim beside ipmi_sim (Debian package openipmi), the two of them and echo servers in turns.')
  .option('--quick', 'one short round of everything: shows that it runs, measures nothing')
  .option('--rounds <n>', 'rounds of each row', atLeastOne, 5)
  .option('--only <text>', 'only rows whose name has this text')
  .option('--json <file>', 'write every figure there')
  .addHelpText(
    'after',
    '\nIt needs a C compiler and libssl-dev, and for the row of a guest QEMU and what scripts/build-guest makes. A ratio is of the medians; compare only what one run has measured.',
  )
  .parse()

const options = program.opts<{ quick?: true; rounds: number; only?: string; json?: string }>()
const size: Size = {
  quick: options.quick === true,
  of: (full, quick) => (options.quick === true ? quick : full),
}

const servers = new Servers()
const rows: Row[] = []
const skipped: { readonly name: string; readonly why: string }[] = []
let failures = 0
try {
  for (const measure of measures) {
    if (options.only !== undefined && !measure.name.includes(options.only)) continue
    const why = measure.missing?.()
    if (why !== undefined) {
      skipped.push({ name: measure.name, why })
      continue
    }
    const rounds = size.quick ? 1 : Math.min(options.rounds, measure.rounds ?? options.rounds)
    try {
      rows.push(await measured(measure, servers, size, rounds, progress))
    } catch (error) {
      failures++
      progress('')
      process.stderr.write(`${measure.name}: ${error instanceof Error ? error.message : String(error)}\n`)
    }
  }
} finally {
  await servers.close()
}
progress('')

const machine = `${cpus().length} processors, ${cpus()[0]?.model ?? 'unknown'}, Linux ${release()}, Node ${process.version}`
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ machine, rows, skipped }, undefined, 2)}\n`)
process.stdout.write(`${machine}\n\n${table(rows)}\n`)
for (const { name, why } of skipped) process.stdout.write(`\nNOT MEASURED: ${name}: ${why}\n`)
process.exitCode = failures === 0 ? 0 : 1

function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

function atLeastOne(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 up was expected')
  return value
}
