import { eventIn, type SelEvent, selEntry } from '../../bmc/storage/sel-entry.ts'
import { gaugeOf, readingWords, sensorPath } from '../gauges.ts'
import { systemPath } from '../links.ts'
import { type EventMessage, say } from '../messages/event-message.ts'
import { logEvents, ownEvents, sensorEvents } from '../messages/registry.ts'
import type { RedfishNode } from '../node.ts'
import { singleId } from '../part-id.ts'
import { severityWord } from '../sel-words.ts'
import { segmentOf } from '../uri.ts'
import type { Told } from './told.ts'

/** What the system event log is told becomes an event, and so does its being cleared. */
export function watchLog(node: RedfishNode, told: Told): () => void {
  const { sel, sensors } = node.bmc
  const name = singleId(node, 'sel')
  const log = `${systemPath(node)}/LogServices/${segmentOf(name)}`
  const tell = (event: SelEvent, logEntry?: string) => {
    const gauge = event.seed && gaugeOf(node, event.seed)
    const path = gauge === undefined ? logEntry : sensorPath(node, gauge.id)
    told.tell(messageOf(node, event), {
      severity: severityWord(event.severity),
      ...(path !== undefined && { path }),
      ...(logEntry !== undefined && { logEntry }),
    })
  }
  const changes = sel.onChange((change, record) => {
    if (change === 'cleared') told.tell(say(logEvents, 'LogCleared', name), { path: log })
    if (record === undefined) return
    const { id, event, text } = selEntry(record, sensors)
    const path = `${log}/Entries/${id}`
    if (event === undefined) told.tell(say(ownEvents, 'SystemEvent', 'SEL', text), { path, logEntry: path })
    else tell(event, path)
  })
  // What found no room, or was not to be logged, has happened all the same.
  const events = sel.onEvent((event) => {
    if (event.id === 0) tell(eventIn(event, sensors))
  })
  return () => {
    changes()
    events()
  }
}

type Crossing = 'Caution' | 'Critical' | 'Fatal'

const crossings: Readonly<Record<string, Crossing>> = {
  'Non-critical': 'Caution',
  Critical: 'Critical',
  'Non-recoverable': 'Fatal',
}

/** A threshold that was crossed has messages of the DMTF's; all else is said in the words of the log. */
function messageOf(node: RedfishNode, event: SelEvent): EventMessage {
  const { seed, sensorType, what = 'unknown event', deasserted, reading, threshold } = event
  const name = seed?.name ?? sensorType
  const match = /^(Lower|Upper) (Non-critical|Critical|Non-recoverable) - going (low|high)$/.exec(what)
  const gauge = seed && gaugeOf(node, seed)
  if (match !== null && gauge !== undefined && reading !== undefined && threshold !== undefined) {
    const unit = readingWords(gauge).ReadingUnits ?? ''
    const key = keyOf(match[1] === 'Upper', crossings[match[2]], deasserted)
    if (key === undefined) return say(sensorEvents, 'SensorReadingNormalRange', name, reading, unit)
    return say(sensorEvents, key, name, reading, unit, threshold)
  }
  return say(ownEvents, 'SystemEvent', name, deasserted ? `${what}, no more` : what)
}

/** Undefined: everything is as it should be again. */
function keyOf(upper: boolean, crossing: Crossing, back: boolean) {
  if (!back)
    return upper
      ? (`ReadingAboveUpper${crossing}Threshold` as const)
      : (`ReadingBelowLower${crossing}Threshold` as const)
  if (crossing === 'Caution') return undefined
  return upper ? (`ReadingBelowUpper${crossing}Threshold` as const) : (`ReadingAboveLower${crossing}Threshold` as const)
}
