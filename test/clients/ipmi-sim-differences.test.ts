import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { withDifferences } from '../support/differences-document.ts'
import { readScenario } from '../support/scenario.ts'
import { requireTool } from '../support/tools.ts'
import { NO_ANSWER, type Outcome, runScenario } from '../support/two-simulators.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('ipmi_sim', 'openipmi')]
const document = join(import.meta.dirname, '../../docs/ipmi-sim-differences.md')

/**
 * The same steps against OpenIPMI's ipmi_sim 2.0.33 and against us. Every difference has a verdict in test/scenarios, and the
 * table of them is docs/ipmi-sim-differences.md; `CAPTURE=1` writes it anew.
 */
describe.skipIf(present.includes(false))('the scenario, run against ipmi_sim and against us', () => {
  const groups = readScenario()
  let outcomes: readonly (readonly Outcome[])[]

  beforeAll(async () => {
    outcomes = await runScenario(groups)
  }, 1_200_000)

  it.each(groups.map(({ title }, index) => ({ title, index })))(
    '$title: a verdict for each difference, and for no other',
    ({ index }) => {
      const wrong = outcomes[index].flatMap(({ step, theirs, ours }) => {
        if ((theirs === ours && ours !== NO_ANSWER) === (step.differs === undefined)) return []
        return [{ step: step.name, request: step.raw ?? step.run, theirs, ours, differs: step.differs }]
      })
      expect(wrong).toEqual([])
    },
  )

  it('docs/ipmi-sim-differences.md shows them', () => {
    const text = readFileSync(document, 'utf8')
    const wanted = withDifferences(text, groups, outcomes)
    if (process.env.CAPTURE === '1') writeFileSync(document, wanted)
    else expect(text).toBe(wanted)
  })
})
