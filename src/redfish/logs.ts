import { BmcError } from '../base/errors.ts'
import { type SelEntry, type SelEvent, selEntry } from '../bmc/storage/sel-entry.ts'
import { gaugeOf, sensorPath } from './gauges.ts'
import { link } from './links.ts'
import type { RedfishNode } from './node.ts'
import { singleId } from './part-id.ts'
import type { Body } from './request.ts'
import { entryCode, sensorTypeWord, severityWord } from './sel-words.ts'
import { timeText } from './time-text.ts'

/** A log of a node, as its log services show it. */
export interface Log {
  readonly kind: 'sel' | 'console'
  readonly id: string
  body(): Body
  /** Ids of its entries, oldest first. */
  ids(): readonly string[]
  entry(id: string): Body | undefined
  clear(): void
  /** Missing: single entries cannot be. */
  remove?(id: string): void
}

/** The SEL of IPMI, and what the serial console said. */
export function logsOf(node: RedfishNode): readonly Log[] {
  const console = consoleLog(node)
  return [selLog(node), ...(console === undefined ? [] : [console])]
}

export function logOf(node: RedfishNode, id: string): Log | undefined {
  return logsOf(node).find((log) => log.id === id)
}

function selLog(node: RedfishNode): Log {
  const { sel, sensors, storageClock } = node.bmc
  return {
    kind: 'sel',
    id: singleId(node, 'sel'),
    body: () => ({
      Name: 'System event log',
      Description: 'The SEL of IPMI',
      LogEntryType: 'Multiple',
      MaxNumberOfRecords: sel.capacity,
      OverWritePolicy: sel.overwrites ? 'WrapsWhenFull' : 'NeverOverWrites',
      Overflow: sel.overflow,
      Persistency: true,
      DateTime: timeText(storageClock.seconds * 1000),
      DateTimeLocalOffset: '+00:00',
    }),
    ids: () => sel.records.map((record) => String(record[0] | (record[1] << 8))),
    entry(id) {
      const record = sel.get(numberOf(id))
      return record && entryBody(node, selEntry(record, sensors))
    },
    clear: () => sel.clear(),
    remove: (id) => void sel.delete(numberOf(id)),
  }
}

/** 0 is no record of any log. */
function numberOf(id: string): number {
  return /^[1-9]\d{0,4}$/.test(id) ? Number(id) : 0
}

function entryBody(node: RedfishNode, { id, seconds, event, text, hex }: SelEntry): Body {
  const time = seconds === undefined ? {} : { Created: timeText(seconds * 1000) }
  const common = { Name: `SEL record ${id}`, Message: text, ...time }
  if (event === undefined) {
    return { ...common, EntryType: 'Oem', OemRecordFormat: 'IPMI SEL record', MessageId: hex, Severity: 'OK' }
  }
  return {
    ...common,
    EntryType: 'SEL',
    Severity: severityWord(event.severity),
    SensorType: sensorTypeWord(event.sensorType),
    SensorNumber: event.sensorNumber,
    EntryCode: entryCode(event),
    GeneratorId: `0x${event.generatorId.toString(16).padStart(4, '0')}`,
    // Event direction and type, and the three bytes of event data, as the schema wants it of a SEL entry.
    MessageId: `0x${hex.slice(24)}`,
    ...originOf(node, event),
  }
}

function originOf(node: RedfishNode, { seed }: SelEvent): Body {
  const gauge = seed && gaugeOf(node, seed)
  return gauge === undefined ? {} : { Links: { OriginOfCondition: link(sensorPath(node, gauge.id)) } }
}

function consoleLog({ console }: RedfishNode): Log | undefined {
  if (console === undefined) return undefined
  return {
    kind: 'console',
    id: 'Console',
    body: () => ({
      Name: 'Serial console',
      Description: 'The last lines that the serial console said',
      LogEntryType: 'OEM',
      MaxNumberOfRecords: console.most,
      OverWritePolicy: 'WrapsWhenFull',
      Persistency: true,
    }),
    ids: () => console.lines.map((_, i) => String(i + 1)),
    entry(id) {
      const line = console.lines[numberOf(id) - 1]
      if (line === undefined) return undefined
      return { Name: `Line ${id}`, EntryType: 'Oem', OemRecordFormat: 'Console line', Severity: 'OK', Message: line }
    },
    clear: () => console.clear(),
  }
}

export function cannotRemove(log: Log): BmcError {
  return new BmcError('not-supported', `single entries of the log ${log.id} cannot be deleted; clear it`)
}
