import type { SelEvent } from '../bmc/storage/sel-entry.ts'
import { enumValues } from './facts/schema.ts'
import type { Severity } from './messages/event-message.ts'

/** Where the LogEntry schema spells a sensor type otherwise than IPMI does. */
const spelled: Readonly<Partial<Record<SelEvent['sensorType'], string>>> = {
  'Physical Security': 'Physical Chassis Security',
  'Platform Security': 'Platform Security Violation Attempt',
  'Power Supply': 'Power Supply / Converter',
  'Power Unit': 'PowerUnit',
  'Cooling Device': 'CoolingDevice',
  'Drive Slot': 'Drive Slot/Bay',
  'Watchdog 1': 'Watchdog',
  'Watchdog 2': 'Watchdog',
  'Button / Switch': 'Button/Switch',
  'Module / Board': 'Module/Board',
  Microcontroller: 'Microcontroller/Coprocessor',
  'Chip Set': 'ChipSet',
  'Cable / Interconnect': 'Cable/Interconnect',
  'System Boot Initiated': 'SystemBoot/Restart',
  'OS Boot': 'BaseOSBoot/InstallationStatus',
  'OS Stop': 'OS Stop/Shutdown',
  'Slot / Connector': 'Slot/Connector',
  'System ACPI Power State': 'System ACPI PowerState',
  'Monitor ASIC': 'Monitor ASIC/IC',
  'Management Subsystem Health': 'Management Subsystem Health',
  'FRU State': 'FRUState',
}

/** A value of LogEntry.SensorType. */
export function sensorTypeWord(name: SelEvent['sensorType']): string {
  const word = spelled[name] ?? name
  return enumValues('LogEntry.SensorType').includes(word) ? word : 'OEM'
}

/** A value of LogEntry.EntryCode: what happened where that has a name there, else whether it began or ended. */
export function entryCode({ what, deasserted }: Pick<SelEvent, 'what' | 'deasserted'>): string {
  if (what !== undefined && enumValues('LogEntry.LogEntryCode').includes(what)) return what
  return deasserted ? 'Deassert' : 'Assert'
}

export function severityWord(severity: SelEvent['severity']): Severity {
  return severity === 'ok' ? 'OK' : severity === 'warning' ? 'Warning' : 'Critical'
}
