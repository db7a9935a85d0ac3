import { createLanProgram } from '../backends/command/lan-program.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { LanCard } from '../bmc/lan/lan-card.ts'
import type { ChannelSeed, StorageSeed } from '../bmc/seeds.ts'
import type { LanChannelConfig, SelConfig } from '../config/config.ts'
import { macOfName } from './mac.ts'
import { withSessionAuditSensor } from './session-audit-sensor.ts'

/** bmc/ does not know the configuration: this is where a channel of one becomes a channel of the other. */
export function channelSeed(
  config: LanChannelConfig,
  around: { name: string; cwd: string; clock: Clock; log: Logger; card: LanCard },
): ChannelSeed {
  const { lanConfigProgram: program, namespace, ...same } = config
  const { card } = around
  return {
    ...same,
    dhcp: namespace?.dhcp,
    mac: config.mac ?? macOfName(around.name, config.number),
    program: program === undefined ? undefined : createLanProgram({ ...around, program }),
    card,
  }
}

/** What the node's own configuration says of the SEL goes over what its kind of server has. */
export function withSel(config: SelConfig, storage: StorageSeed): StorageSeed {
  const { capacity = storage.sel.capacity, whenFull, ownEvents, sessionAudit } = config
  const own = { ...storage, sel: { ...storage.sel, capacity, whenFull, ownEvents, sessionAudit } }
  return sessionAudit ? withSessionAuditSensor(own) : own
}
