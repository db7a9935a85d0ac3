import type { PowerException } from '../bmc/dcmi/power-limit.ts'
import { about, fault, RedfishError } from './faults.ts'
import { type Given, members, number, oneOf, optionalNumber } from './fields.ts'
import { chassisPath } from './links.ts'
import type { RedfishNode } from './node.ts'
import { wattsOf } from './totals.ts'

/**
 * The power limit of DCMI, which slows the machine where it can be slowed. Redfish has it three times: `Power` of the older model, a
 * Control, and what EnvironmentMetrics quotes of that.
 */
export const POWER_LIMIT = 'PowerLimit'

/** What DCMI has room for. */
const range = { least: 1, most: 0xffff } as const

const exceptions = {
  NoAction: 'none',
  HardPowerOff: 'power off',
  LogEventOnly: 'log',
} as const satisfies Record<string, PowerException>
const exceptionWords = ['NoAction', 'HardPowerOff', 'LogEventOnly'] as const

export const limitFields = {
  LimitInWatts: optionalNumber,
  LimitException: oneOf(exceptionWords),
  CorrectionInMs: number,
}

/** As the older model has it: no limit is null. */
export function limitOf({ bmc }: RedfishNode) {
  const { watts, settings } = bmc.dcmi.limit
  return {
    LimitInWatts: watts ?? null,
    LimitException: exceptionWords.find((word) => exceptions[word] === settings.exception),
    CorrectionInMs: settings.correctionMs,
  }
}

/** A limit that is written holds; null ends it. */
export function setLimit({ bmc }: RedfishNode, given: Given<typeof limitFields>, at: string): void {
  const { limit } = bmc.dcmi
  const { LimitInWatts: watts, LimitException: exception, CorrectionInMs: correctionMs } = given
  if (typeof watts === 'number') mustBeIn(watts, range.most, `${at}/LimitInWatts`)
  if (correctionMs !== undefined) mustBeIn(correctionMs, 0xffffffff, `${at}/CorrectionInMs`)
  limit.set({
    ...limit.settings,
    ...(typeof watts === 'number' && { watts: Math.round(watts) }),
    ...(exception !== undefined && { exception: exceptions[exception] }),
    ...(correctionMs !== undefined && { correctionMs }),
  })
  if (watts !== undefined) limit.setActive(watts !== null)
}

export const controlModes = ['Automatic', 'Disabled'] as const

export const setPoint = number
export const controlMode = oneOf(controlModes)

/** What is quoted of the Control, where both can be written. */
export const quotedLimit = members({ SetPoint: setPoint, ControlMode: controlMode })

/** As a Control shows it, and whoever quotes one. */
export function controlOf(node: RedfishNode) {
  const { active, settings } = node.bmc.dcmi.limit
  return {
    SetPoint: settings.watts,
    ControlMode: active ? 'Automatic' : 'Disabled',
    AllowableMin: range.least,
    AllowableMax: range.most,
  }
}

export function quotedControl(node: RedfishNode) {
  const DataSourceUri = `${chassisPath(node)}/Controls/${POWER_LIMIT}`
  return { DataSourceUri, ...controlOf(node), Reading: wattsOf(node) }
}

/** Whether it holds is the mode's business. */
export function setSetPoint({ bmc }: RedfishNode, watts: number, at = '/SetPoint'): void {
  const { limit } = bmc.dcmi
  mustBeIn(watts, range.most, at)
  limit.set({ ...limit.settings, watts: Math.round(watts) })
}

export function setControlMode({ bmc }: RedfishNode, mode: (typeof controlModes)[number]): void {
  bmc.dcmi.limit.setActive(mode === 'Automatic')
}

function mustBeIn(value: number, most: number, at: string): void {
  if (value >= range.least && value <= most) return
  const name = at.slice(at.lastIndexOf('/') + 1)
  throw new RedfishError(400, [about(at, fault('PropertyValueOutOfRange', String(value), name))])
}
