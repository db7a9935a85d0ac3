import type { ListenConfig } from '../config.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import type { Variables } from './arguments.ts'
import type { LanBlock } from './lan-block.ts'
import { McSection } from './mc-section.ts'

/** The BMC's usual place on the IPMB (IPMI 2.0 §5.1). */
export const DEFAULT_BMC = 0x20

/** A lan.conf while it is read. */
export class Document {
  readonly problems: Problems
  readonly variables: Variables = new Map()
  /** Folder that relative paths start at. */
  readonly cwd: string
  readonly sections = new Map<number, McSection>([[DEFAULT_BMC, new McSection(DEFAULT_BMC)]])
  working = DEFAULT_BMC
  /** Where emulator commands are taken. */
  console: ListenConfig | undefined
  name: string | undefined
  nameAt: SourceRange | undefined
  /** Between `startlan` and `endlan`. */
  block: LanBlock | undefined

  constructor(problems: Problems, cwd: string) {
    this.problems = problems
    this.cwd = cwd
  }

  /** The section of the working MC. */
  get section(): McSection {
    return this.sectionOf(this.working)
  }

  sectionOf(mc: number): McSection {
    const found = this.sections.get(mc) ?? new McSection(mc)
    this.sections.set(mc, found)
    return found
  }
}
