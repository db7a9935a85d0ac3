import type { BootStage } from '../bmc/power/boot-progress.ts'
import type { RestartCause } from '../bmc/power/power.ts'
import type { RedfishNode } from './node.ts'
import { timeText } from './time-text.ts'

/** What the BMC knows of a stage, by the first state of Redfish's that is certain then. */
const states: Readonly<Record<BootStage, string>> = {
  off: 'None',
  start: 'PrimaryProcessorInitializationStarted',
  firmware: 'SystemHardwareInitializationComplete',
  boot: 'OSBootStarted',
  ready: 'OSRunning',
}

/** Nothing where nobody follows the machine. */
export function bootProgressOf({ bmc }: RedfishNode) {
  const { stage, since, lastBootMs } = bmc.bootProgress
  if (stage === undefined) return {}
  return {
    BootProgress: {
      LastState: states[stage],
      ...(since !== undefined && { LastStateTime: timeText(since) }),
      ...(lastBootMs !== undefined && { LastBootTimeSeconds: lastBootMs / 1000 }),
    },
  }
}

const causes: Readonly<Record<RestartCause, string>> = {
  unknown: 'Unknown',
  'chassis control': 'ManagementCommand',
  'other request': 'ManagementCommand',
  watchdog: 'WatchdogExpiration',
  'always restore': 'PowerRestorePolicy',
  'restore previous': 'PowerRestorePolicy',
  'soft reset': 'OSSoftRestart',
  'PEF reset': 'ManagementCommand',
  'PEF power cycle': 'ManagementCommand',
}

export function lastReset({ bmc: { power } }: RedfishNode) {
  if (power.lastStartAt === undefined) return {}
  return { LastResetTime: timeText(power.lastStartAt), LastResetCause: causes[power.restartCause] }
}
