import { createLanProgram } from '../backends/command/lan-program.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { LanCard } from '../bmc/lan-card.ts'
import type { ChannelSeed } from '../bmc/seeds.ts'
import type { LanChannelConfig } from '../config/config.ts'
import { macOfName } from './mac.ts'

/** bmc/ does not know the configuration: this is where a channel of one becomes a channel of the other. */
export function channelSeed(
  config: LanChannelConfig,
  around: { name: string; cwd: string; clock: Clock; log: Logger; card: LanCard },
): ChannelSeed {
  const { lanConfigProgram: program, ...same } = config
  const { card } = around
  return {
    ...same,
    mac: config.mac ?? macOfName(around.name, config.number),
    program: program === undefined ? undefined : createLanProgram({ ...around, program }),
    card,
  }
}
