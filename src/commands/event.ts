import { Reader } from '../base/bytes.ts'
import { bits, empty, layout, pad, raw, u8 } from '../ipmi/layout.ts'
import { BMC_ADDRESS } from '../ipmi/message.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command, type Requester } from './command.ts'

/** Event messages (IPMI 2.0 chapter 29). */

export const setEventReceiver = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x00,
  name: 'Set Event Receiver',
  spec: '29.1',
  privilege: 'Administrator',
  request: layout({ address: u8, reserved: pad(6), lun: bits(2) }),
  response: empty,
  handle({ bmc }, { address, lun }) {
    bmc.eventReceiver = { address, lun }
  },
})

export const getEventReceiver = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x01,
  name: 'Get Event Receiver',
  spec: '29.2',
  privilege: 'User',
  request: empty,
  response: layout({ address: u8, reserved: pad(6), lun: bits(2) }),
  handle: ({ bmc }) => bmc.eventReceiver,
})

/** The software ID with which every known remote console speaks (§5.5, Table 5-4): 40h, with bit 0 set. */
const REMOTE_CONSOLE = 0x81

export const platformEvent = command({
  netFn: NetFn.SensorEvent,
  cmd: 0x02,
  name: 'Platform Event',
  spec: '29.3',
  privilege: 'Operator',
  /**
   * The guest names the generator in a byte of its own; over LAN and the IPMB the message's requester is the generator (Table 29-5).
   */
  request: raw,
  response: empty,
  handle({ bmc, by }, given) {
    const reader = new Reader(given)
    const generator = by.door === 'system' ? reader.u8() : generatorOf(by)
    const revision = reader.u8()
    const sensorType = reader.u8()
    const sensorNumber = reader.u8()
    const direction = reader.u8()
    const data = [reader.u8(), reader.u8(), reader.u8()] as const
    reader.end()
    bmc.sel.event({
      sensorType,
      sensorNumber,
      eventType: direction & 0x7f,
      deasserted: direction >= 0x80,
      data,
      generatorId: generator,
      revision,
      ...(by.door === 'system' ? { logged: 'always' } : {}),
    })
  },
})

/** The requester's address in the message: over the IPMB the BMC's, which carries it. */
function generatorOf(by: Requester): number {
  return by.door === 'ipmb' ? BMC_ADDRESS : REMOTE_CONSOLE | (by.channel << 12)
}

export const eventCommands = [setEventReceiver, getEventReceiver, platformEvent]
