// Prints "PASSED FAILED SKIPPED" for one Vitest run, from its JSON report and its exit status.
import { readFileSync } from 'node:fs'

const [report, status] = process.argv.slice(2)

let counts = { passed: 0, failed: 0, skipped: 0 }
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(
    readFileSync(report, 'utf8'),
  )
  // A file that could not be loaded or set up fails without a failed test in it.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((one) => one.status === 'failed'),
  ).length
  counts = { passed: numPassedTests, failed: numFailedTests + brokenFiles, skipped: numPendingTests + numTodoTests }
} catch (error) {
  console.error(`no report of this run: ${error.message}`)
}
// An error outside every test, or a run that died, shows only in the exit status.
if (status !== '0' && counts.failed === 0) counts.failed = 1
console.log(counts.passed, counts.failed, counts.skipped)
