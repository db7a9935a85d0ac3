import type { LabConfig } from '../config/config.ts'
import type { CreatedNode } from '../config/pool.ts'
import { ConfigError } from '../config/source.ts'
import { readLabFile } from '../config/yaml/read-lab-file.ts'
import { readCreatedList } from './created-list.ts'
import { labName } from './places.ts'
import { type LabPlan, planLab } from './plan.ts'

export interface LabFileOptions {
  /** Whole. */
  readonly path: string
  /** How the user names it, for messages. */
  readonly shown: string
  readonly state: string
  /** As the command line has it; else the file says. */
  readonly keyFile: string | undefined
}

/** A lab file, read as often as somebody wants to know what it says now. */
export class LabFile {
  readonly path: string
  readonly shown: string
  readonly state: string
  readonly #keyFile: string | undefined
  /** What the last reading looked into, also where that failed. */
  files: readonly string[] = []

  constructor(options: LabFileOptions) {
    this.path = options.path
    this.shown = options.shown
    this.state = options.state
    this.#keyFile = options.keyFile
  }

  get name(): string {
    return labName(this.path)
  }

  /** Nodes of pools that were made beside those of the file. */
  get created(): CreatedNode[] {
    return readCreatedList(this.state)
  }

  /** With the nodes that were created. `personality`: of those that name none. Throws a ConfigError. */
  read(personality: string | undefined, created: readonly CreatedNode[] = this.created): LabConfig {
    try {
      const config = readLabFile(this.shown, personality, created)
      this.files = config.files
      return config
    } catch (error) {
      if (error instanceof ConfigError) this.files = error.files
      throw error
    }
  }

  /** `anew`: names of nodes that are made without what they kept before. */
  plan(config: LabConfig, anew?: ReadonlySet<string>): LabPlan {
    return planLab(this.name, config, this.state, this.#keyFile ?? config.keyFile, anew)
  }
}
