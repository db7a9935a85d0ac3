import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/**
 * test/scenarios: what is asked of OpenIPMI's ipmi_sim and of us, one step after another on the same lan.conf, and why the
 * answers differ where they do. Data only; two-simulators.ts runs it and differences-document.ts writes it down.
 */
export const scenarioFolder = join(import.meta.dirname, '../scenarios')

/** Each file a group, in the order in which they are run: what one sets, the next finds. */
const files = [
  'app',
  'watchdog',
  'session',
  'user',
  'payload',
  'chassis',
  'sensor',
  'pef',
  'sel',
  'sdr',
  'lan',
  'other',
  'crash',
] as const

const stepSchema = z
  .strictObject({
    name: z.string(),
    /** Section of IPMI 2.0 rev 1.1, or "DCMI" and a section of DCMI 1.5. */
    spec: z.string(),
    /** NetFn, command and data, for `ipmitool raw`. */
    raw: z
      .string()
      .regex(/^[0-9a-f]{2}( [0-9a-f]{2})+$/)
      .optional(),
    lun: z.int().min(0).max(3).default(0),
    /** Any other command of ipmitool. */
    run: z.string().optional(),
    as: z.enum(['ipmiusr', 'oper', 'plain']).default('ipmiusr'),
    /** Bytes of the answer, counted from behind the completion code, that are a time, an ID or chance: '3', '3-6', '3-', or several of them with commas. */
    mask: z
      .string()
      .regex(/^\d+(-\d*)?(,\d+(-\d*)?)*$/)
      .optional(),
    /** What the machine is to be before the next step. */
    settle: z.enum(['on', 'off', 'cycled']).optional(),
    /** One of the two gives no answer: it is not waited for as long as one that must come. */
    silent: z.boolean().default(false),
    /** Why the answers differ: a sentence, or a key of reasons.yaml. Without it they must be alike. */
    differs: z.string().optional(),
  })
  .refine(({ raw, run }) => (raw === undefined) !== (run === undefined), 'either "raw" or "run"')

const groupSchema = z.strictObject({ title: z.string(), steps: z.array(stepSchema) })

export type Step = z.infer<typeof stepSchema>
export type Group = z.infer<typeof groupSchema>

export function readScenario(): readonly Group[] {
  const reasons = z.record(z.string(), z.string()).parse(readYaml('reasons'))
  const unused = new Set(Object.keys(reasons))
  const groups = files.map((file) => groupSchema.parse(readYaml(file)))
  const told = groups.map((group) => ({
    ...group,
    steps: group.steps.map((step) => {
      if (step.differs === undefined || step.differs.includes(' ')) return step
      const differs = reasons[step.differs]
      if (differs === undefined) throw new Error(`${group.title}, ${step.name}: no reason "${step.differs}"`)
      unused.delete(step.differs)
      return { ...step, differs }
    }),
  }))
  if (unused.size > 0) throw new Error(`reasons that no step names: ${[...unused].join(', ')}`)
  return told
}

function readYaml(name: string): unknown {
  return parse(readFileSync(join(scenarioFolder, `${name}.yaml`), 'utf8'))
}
