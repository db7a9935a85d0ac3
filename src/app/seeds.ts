import { createLanProgram } from '../backends/command/lan-program.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { ChannelSeed } from '../bmc/seeds.ts'
import type { LanChannelConfig } from '../config/config.ts'

/** bmc/ does not know the configuration: this is where a channel of one becomes a channel of the other. */
export function channelSeed(config: LanChannelConfig, around: { cwd: string; clock: Clock; log: Logger }): ChannelSeed {
  const { lanConfigProgram: program, ...same } = config
  return { ...same, program: program === undefined ? undefined : createLanProgram({ ...around, program }) }
}
