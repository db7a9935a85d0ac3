import { DecodeError, noBytes, Reader } from '../base/bytes.ts'
import type { AlertOutcome } from '../bmc/pef/alerts.ts'
import { bits, bytes, empty, layout, oneOf, pad, rest, u8, u16le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import type { SystemEvent } from '../ipmi/sel-record.ts'
import { CompletionError, command } from './command.ts'
import { lanOf } from './lan-configuration.ts'

/** Alerts by hand, and their acknowledge (IPMI 2.0 §30.7, §30.8). */

const alertCodes = { inProgress: 0x81 } as const

const statuses = {
  none: 0x00,
  sent: 0x01,
  'not sent': 0x02,
  'not acknowledged': 0x03,
  'in progress': 0xff,
} as const satisfies Record<AlertOutcome, number>

const USE_STRING = 0x80

export const alertImmediate = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x16,
  name: 'Alert Immediate',
  spec: '30.7',
  privilege: 'Administrator',
  codes: alertCodes,
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    operation: oneOf(bits(2), { send: 0, status: 1, clear: 2 }),
    reserved2: pad(2),
    destination: bits(4),
    string: u8,
    event: rest,
  }),
  /** The status, where it was asked for. */
  response: layout({ status: rest }),
  handle(context, { channel, operation, destination, string, event }) {
    const { bmc, by } = context
    const { alerts, pefAlerts } = bmc
    lanOf(context, channel)
    if (event.length !== 0 && event.length !== EVENT_BYTES) {
      throw new DecodeError('length', 'event parameters are eight bytes, all or none')
    }
    switch (operation) {
      case 'status':
        return { status: Uint8Array.of(statuses[alerts.immediate]) }
      case 'clear':
        if (!alerts.clearImmediate()) throw new CompletionError(alertCodes.inProgress, 'an alert is under way')
        return { status: noBytes }
      case 'send': {
        const text = (string & USE_STRING) === 0 ? noBytes : bmc.pef.configuration.string(string & 0x7f)
        const given = event.length === 0 ? undefined : eventOf(event, bmc.storageClock.seconds)
        if (alerts.busy) throw new CompletionError(alertCodes.inProgress, 'an alert is under way')
        const number = bmc.channels.resolve(channel, by)?.number ?? channel
        alerts.sendNow(number, destination, pefAlerts.content(given, 0, text))
        return { status: noBytes }
      }
    }
  },
})

const EVENT_BYTES = 8

/** Bytes 4 to 11: an event message with one byte of generator ID. */
function eventOf(data: Uint8Array, timestamp: number): SystemEvent {
  const reader = new Reader(data)
  const generatorId = reader.u8()
  const revision = reader.u8()
  const sensorType = reader.u8()
  const sensorNumber = reader.u8()
  const direction = reader.u8()
  return {
    kind: 'system',
    id: 0,
    timestamp,
    generatorId,
    revision,
    sensorType,
    sensorNumber,
    deasserted: direction >= 0x80,
    eventType: direction & 0x7f,
    data: reader.take(3).slice(),
  }
}

export const petAcknowledge = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x17,
  name: 'PET Acknowledge',
  spec: '30.8',
  privilege: 'Unprotected',
  request: layout({
    sequence: u16le,
    timestamp: u32le,
    eventSource: u8,
    sensorDevice: u8,
    sensorNumber: u8,
    data: bytes(3),
  }),
  response: empty,
  handle: ({ bmc }, trap) => bmc.alerts.acknowledge(trap),
})

export const alertCommands = [alertImmediate, petAcknowledge]
