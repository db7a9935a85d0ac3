// What one Vitest run came to, from its JSON report and its exit status:
//   count-results.js REPORT STATUS           prints "PASSED FAILED SKIPPED"
//   count-results.js REPORT STATUS --failed  prints the files in which something failed, a line each; nothing where the run
//                                            failed outside of them
//   count-results.js REPORT STATUS AGAIN     prints the counts, where AGAIN is the report of a second run of these files
import { readFileSync } from 'node:fs'
import { relative } from 'node:path'

const [first, status, more] = process.argv.slice(2)
const files = filesOf(first)

if (more === '--failed') {
  for (const file of files?.filter((one) => countsOf(one).failed > 0) ?? []) console.log(relative('.', file.name))
} else {
  const again = more ? filesOf(more) : undefined
  const counts = { passed: 0, failed: 0, skipped: 0 }
  for (const file of files ?? []) {
    const counted = countsOf(again?.find(({ name }) => name === file.name) ?? file)
    for (const what of Object.keys(counts)) counts[what] += counted[what]
  }
  // An error outside every test, or a run that died, shows only in the exit status.
  if (!files || (status !== '0' && counts.failed === 0)) counts.failed += 1
  console.log(counts.passed, counts.failed, counts.skipped)
}

function filesOf(report) {
  try {
    return JSON.parse(readFileSync(report, 'utf8')).testResults
  } catch (error) {
    console.error(`no report of this run: ${error.message}`)
    return undefined
  }
}

function countsOf({ status, assertionResults }) {
  const count = (...wanted) => assertionResults.filter((one) => wanted.includes(one.status)).length
  const failed = count('failed')
  return {
    passed: count('passed'),
    // A file that could not be loaded or set up fails without a failed test in it.
    failed: failed === 0 && status === 'failed' ? 1 : failed,
    skipped: count('pending', 'skipped', 'todo', 'disabled'),
  }
}
