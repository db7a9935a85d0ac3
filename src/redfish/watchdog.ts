import type { WatchdogAction, WatchdogInterrupt } from '../bmc/power/watchdog.ts'
import { flag, type Given, oneOf } from './fields.ts'
import type { RedfishNode } from './node.ts'

const actions = {
  None: 'none',
  ResetSystem: 'hard reset',
  PowerCycle: 'power cycle',
  PowerDown: 'power down',
} as const satisfies Record<string, WatchdogAction>
const actionWords = ['None', 'ResetSystem', 'PowerCycle', 'PowerDown'] as const

const warnings = {
  None: 'none',
  DiagnosticInterrupt: 'nmi',
  MessagingInterrupt: 'messaging',
} as const satisfies Record<string, WatchdogInterrupt>
const warningWords = ['None', 'DiagnosticInterrupt', 'MessagingInterrupt'] as const

/** What can be written of `HostWatchdogTimer`. */
export const watchdogFields = {
  FunctionEnabled: flag,
  TimeoutAction: oneOf(actionWords),
  WarningAction: oneOf<RedfishNode, (typeof warningWords)[number]>(warningsOf),
}

function warningsOf({ bmc }: RedfishNode): readonly (typeof warningWords)[number][] {
  return warningWords.filter((word) => word !== 'DiagnosticInterrupt' || bmc.machine.abilities.nmi)
}

/** The watchdog timer of IPMI by Redfish's names. Its guest starts it. */
export function watchdogOf(node: RedfishNode) {
  const { enabled, running, settings } = node.bmc.watchdog
  const { action = 'none', interrupt = 'none' } = settings ?? {}
  return {
    FunctionEnabled: enabled,
    TimeoutAction: actionWords.find((word) => actions[word] === action),
    WarningAction: warningWords.find((word) => warnings[word] === interrupt),
    'WarningAction@Redfish.AllowableValues': warningsOf(node),
    Status: { State: enabled ? (running ? 'Enabled' : 'StandbyOffline') : 'Disabled' },
  }
}

export function setWatchdog({ bmc }: RedfishNode, given: Given<typeof watchdogFields>): void {
  const { FunctionEnabled: enabled, TimeoutAction: action, WarningAction: warning } = given
  if (action !== undefined || warning !== undefined) {
    bmc.watchdog.choose({
      ...(action && { action: actions[action] }),
      ...(warning && { interrupt: warnings[warning] }),
    })
  }
  if (enabled !== undefined) bmc.watchdog.enable(enabled)
}
