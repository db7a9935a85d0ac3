/** What events are called: sensor types, and the offsets of event/reading types (IPMI 2.0 §42.1, §42.2). */

/** Table 42-3, by code; 00h is reserved. */
const sensorTypes = [
  'Reserved',
  'Temperature',
  'Voltage',
  'Current',
  'Fan',
  'Physical Security',
  'Platform Security',
  'Processor',
  'Power Supply',
  'Power Unit',
  'Cooling Device',
  'Other Units-based Sensor',
  'Memory',
  'Drive Slot',
  'POST Memory Resize',
  'System Firmware Progress',
  'Event Logging Disabled',
  'Watchdog 1',
  'System Event',
  'Critical Interrupt',
  'Button / Switch',
  'Module / Board',
  'Microcontroller',
  'Add-in Card',
  'Chassis',
  'Chip Set',
  'Other FRU',
  'Cable / Interconnect',
  'Terminator',
  'System Boot Initiated',
  'Boot Error',
  'OS Boot',
  'OS Stop',
  'Slot / Connector',
  'System ACPI Power State',
  'Watchdog 2',
  'Platform Alert',
  'Entity Presence',
  'Monitor ASIC',
  'LAN',
  'Management Subsystem Health',
  'Battery',
  'Session Audit',
  'Version Change',
  'FRU State',
] as const

export type SensorTypeName = (typeof sensorTypes)[number] | 'OEM'

export function sensorTypeName(code: number): SensorTypeName {
  return sensorTypes[code] ?? (code >= 0xc0 ? 'OEM' : 'Reserved')
}

/** Event/reading types 01h to 0Ch (Table 42-2), by offset. */
const generic: Readonly<Record<number, string>> = {
  1: 'Lower Non-critical - going low|Lower Non-critical - going high|Lower Critical - going low|Lower Critical - going high|Lower Non-recoverable - going low|Lower Non-recoverable - going high|Upper Non-critical - going low|Upper Non-critical - going high|Upper Critical - going low|Upper Critical - going high|Upper Non-recoverable - going low|Upper Non-recoverable - going high',
  2: 'Transition to Idle|Transition to Active|Transition to Busy',
  3: 'State Deasserted|State Asserted',
  4: 'Predictive Failure deasserted|Predictive Failure asserted',
  5: 'Limit Not Exceeded|Limit Exceeded',
  6: 'Performance Met|Performance Lags',
  7: 'Transition to OK|Transition to Non-Critical from OK|Transition to Critical from less severe|Transition to Non-recoverable from less severe|Transition to Non-Critical from more severe|Transition to Critical from Non-recoverable|Transition to Non-recoverable|Monitor|Informational',
  8: 'Device Removed / Device Absent|Device Inserted / Device Present',
  9: 'Device Disabled|Device Enabled',
  10: 'Transition to Running|Transition to In Test|Transition to Power Off|Transition to On Line|Transition to Off Line|Transition to Off Duty|Transition to Degraded|Transition to Power Save|Install Error',
  11: 'Fully Redundant|Redundancy Lost|Redundancy Degraded|Non-redundant:Sufficient Resources from Redundant|Non-redundant:Sufficient Resources from Insufficient Resources|Non-redundant:Insufficient Resources|Redundancy Degraded from Fully Redundant|Redundancy Degraded from Non-redundant',
  12: 'D0 Power State|D1 Power State|D2 Power State|D3 Power State',
}

/** Sensor-specific offsets (6Fh, Table 42-3), by sensor type; an empty word: reserved. */
const specific: Readonly<Record<number, string>> = {
  5: 'chassis opened|drive bay opened|I/O card area opened|processor area opened|LAN cable lost|docked or undocked without leave|fan area opened',
  6: 'secure mode violated|wrong user password|wrong setup password|wrong network boot password|wrong password|wrong out-of-band password',
  7: 'internal error|thermal trip|BIST failure|hang in POST|initialization failure|configuration error|uncorrectable complex error|present|disabled|terminator present|throttled|machine check|correctable machine check',
  8: 'present|failure|predictive failure|input lost|input lost or out of range|input out of range|configuration error|inactive',
  9: 'off|power cycle|240 VA power down|interlock power down|input lost|soft power control failure|failure|predictive failure',
  12: 'correctable error|uncorrectable error|parity error|scrub failed|device disabled|too many correctable errors|present|configuration error|spare|throttled|over temperature',
  13: 'present|fault|predictive failure|hot spare|consistency check|in critical array|in failed array|rebuilding|rebuild aborted',
  15: 'firmware error|firmware hang|firmware progress',
  16: 'correctable memory error logging disabled|event type logging disabled|log cleared|all event logging disabled|log full|log almost full|machine check logging disabled',
  17: 'BIOS reset|OS reset|OS shut down|OS power down|OS power cycle|OS NMI|OS expired|OS pre-time-out interrupt',
  18: 'reconfigured|OEM boot event|undetermined hardware failure|auxiliary log entry|PEF action|clock set',
  19: 'front panel NMI|bus time-out|I/O channel check|software NMI|PCI parity error|PCI system error|EISA time-out|bus correctable error|bus uncorrectable error|fatal NMI|bus fatal error|bus degraded',
  20: 'power button pressed|sleep button pressed|reset button pressed|FRU latch open|FRU service request',
  25: 'soft power control failure|thermal trip',
  27: 'connected|wrong cable',
  29: 'by power up|by hard reset|by warm reset|user wants network boot|booted to diagnostics|OS initiated hard reset|OS initiated warm reset|system restart',
  30: 'no bootable media|non-bootable disk|PXE server not found|invalid boot sector|time-out of boot selection',
  31: 'A: boot completed|C: boot completed|PXE boot completed|diagnostic boot completed|CD boot completed|ROM boot completed|boot completed|installation started|installation completed|installation aborted|installation failed',
  32: 'stop during load|run-time critical stop|graceful stop|graceful shutdown|soft shutdown by PEF|agent not responding',
  33: 'fault|identify|device installed|ready for installation|ready for removal|power off|removal requested|interlock|disabled|holds spare',
  34: 'S0 working|S1 sleeping|S2 sleeping|S3 suspended to RAM|S4 suspended to disk|S5 soft off|soft off|mechanical off|sleeping|sleeping|off by override|legacy on|legacy off|unknown',
  35: 'expired|hard reset|power down|power cycle||||pre-time-out interrupt|interrupt',
  36: 'page generated|LAN alert generated|trap generated|SNMP trap generated',
  37: 'present|absent|disabled',
  39: 'heartbeat lost|heartbeat',
  40: 'sensor access degraded|controller access degraded|controller off-line|controller unavailable|sensor failure|FRU failure',
  41: 'low|failed|present',
  42: 'session activated|session deactivated|wrong user or password|account disabled by wrong passwords',
  43: 'change detected|firmware change detected|incompatibility detected|incompatible firmware|invalid firmware|hardware changed|firmware changed|firmware changed successfully',
  44: 'not installed|inactive|activation requested|activation in progress|active|deactivation requested|deactivation in progress|communication lost',
}

const SENSOR_SPECIFIC = 0x6f

/** Undefined: the specification has no word for it. */
export function eventWords(eventType: number, sensorType: number, offset: number): string | undefined {
  const list = eventType === SENSOR_SPECIFIC ? specific[sensorType] : generic[eventType]
  const words = list?.split('|')[offset]
  return words === '' ? undefined : words
}

export type EventSeverity = 'ok' | 'warning' | 'critical'

/** By offset: o, w(arning), c(ritical); what is not here is no reason to worry. */
const specificSeverity: Readonly<Record<number, string>> = {
  5: 'wwwwwww',
  6: 'wwwwww',
  7: 'cccccccooowcw',
  8: 'ocwwwww',
  9: 'ooccwwcw',
  12: 'wcccwwocowc',
  13: 'ocwoowcow',
  15: 'cco',
  16: 'wwowwww',
  17: 'ccccccco',
  18: 'ooc',
  19: 'occocccwcccw',
  25: 'cc',
  27: 'ow',
  30: 'wwwww',
  31: 'ooooooooowc',
  32: 'ccoooww',
  33: 'w',
  35: 'wccc',
  39: 'co',
  40: 'wwccww',
  41: 'wc',
  42: 'ooww',
  43: 'oowcc',
  44: 'ooooooow',
}

const genericSeverity: Readonly<Record<number, string>> = {
  1: 'wwccccwwcccc',
  4: 'ow',
  5: 'ow',
  6: 'ow',
  7: 'owccwccoo',
  10: 'ooooooowoc',
  11: 'owwwwcww',
}

/** How bad it is while it holds; what holds no more is well. */
export function eventSeverity(
  eventType: number,
  sensorType: number,
  offset: number,
  deasserted: boolean,
): EventSeverity {
  if (deasserted) return 'ok'
  const list = eventType === SENSOR_SPECIFIC ? specificSeverity[sensorType] : genericSeverity[eventType]
  const letter = list?.[offset]
  return letter === 'c' ? 'critical' : letter === 'w' ? 'warning' : 'ok'
}
