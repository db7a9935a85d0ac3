import type { Limits } from '../bmc/sensors/measurements.ts'

const names = [
  ['lnc', 'LowerThresholdNonCritical'],
  ['lc', 'LowerThresholdCritical'],
  ['lnr', 'LowerThresholdFatal'],
  ['unc', 'UpperThresholdNonCritical'],
  ['uc', 'UpperThresholdCritical'],
  ['unr', 'UpperThresholdFatal'],
] as const

/** As the older model calls them: those that there are. `whole`: where it has room for whole numbers only. */
export function oldThresholds(limits: Limits, whole = false): Readonly<Record<string, number>> {
  const shown = names.flatMap(([name, word]) => {
    const value = limits[name]?.value
    return value === undefined ? [] : [[word, whole ? Math.round(value) : value] as const]
  })
  return Object.fromEntries(shown)
}
