import type { AlertPolicy } from '../../ipmi/pef.ts'

/** What an entry says where the alert before it got through (IPMI 2.0 §17.11, Table 17-4). */
const ALWAYS = 0
const STOP = 2
const OTHER_CHANNEL = 3
const OTHER_TYPE = 4

/**
 * Goes through the entries of one policy set in their order. `send` tries one of them to its end and says whether the alert
 * got through; an entry that is passed over leaves "the alert before" as it was.
 */
export async function followPolicy(
  entries: readonly AlertPolicy[],
  typeOf: (entry: AlertPolicy) => number | undefined,
  send: (entry: AlertPolicy) => Promise<boolean>,
): Promise<void> {
  let before = false
  let passOver: ((entry: AlertPolicy) => boolean) | undefined
  for (const entry of entries) {
    if (passOver?.(entry)) continue
    passOver = undefined
    if (entry.rule === ALWAYS || !before) {
      before = await send(entry)
      continue
    }
    if (entry.rule === STOP) return
    if (entry.rule === OTHER_CHANNEL) passOver = (other) => other.channel === entry.channel
    if (entry.rule === OTHER_TYPE) passOver = (other) => typeOf(other) === typeOf(entry)
  }
}
