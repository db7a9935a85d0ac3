import { BmcError } from '../../base/errors.ts'
import { bytes, empty, layout, oneOf, rest, u8, u32le } from '../../ipmi/layout.ts'
import { command } from '../command.ts'
import { MAKERS_NETFN } from './maker.ts'

/** The identify light, the fans and the SD card. */

const ALL_FANS = 0xff

export const dellFanControl = command({
  netFn: MAKERS_NETFN,
  cmd: 0x30,
  name: 'Dell Fan Control',
  spec: 'Dell',
  privilege: 'Administrator',
  request: layout({ what: oneOf(u8, { mode: 0x01, duty: 0x02 }), data: rest }),
  response: empty,
  /** 01h 00h takes the fans out of the controller's hands, 01h 01h gives them back; 02h FFh sets percent of full speed. */
  handle({ bmc }, { what, data }) {
    const { fans } = bmc.oem
    if (what === 'mode') {
      const { automatic } = mode.decode(data)
      if (automatic === 'yes') fans.set(0, undefined)
      bmc.oem.set('dell.fans-by-hand', Uint8Array.of(automatic === 'yes' ? 0 : 1))
      return
    }
    const { fan, percent } = duty.decode(data)
    if (fan !== ALL_FANS) throw new BmcError('invalid-field', 'all fans turn at one speed: FFh')
    if (percent > 100) throw new BmcError('out-of-range', `${percent} percent of full speed`)
    if (bmc.oem.get('dell.fans-by-hand', [0])[0] === 0) {
      throw new BmcError('wrong-state', 'the fans are in the hands of the controller')
    }
    fans.set(0, percent)
  },
})

const mode = layout({ automatic: oneOf(u8, { no: 0, yes: 1 }) })
const duty = layout({ fan: u8, percent: u8 })

export const dellChassisIdentifyStatus = command({
  netFn: MAKERS_NETFN,
  cmd: 0x32,
  name: 'Dell Chassis Identify Status',
  spec: 'Dell',
  privilege: 'User',
  request: empty,
  response: layout({ on: u8 }),
  handle: ({ bmc }) => ({ on: bmc.identify.state === 'off' ? 0 : 1 }),
})

export const dellSdCardInfo = command({
  netFn: MAKERS_NETFN,
  cmd: 0xa4,
  name: 'Dell SD Card Info',
  spec: 'Dell',
  privilege: 'User',
  request: layout({ reserved: bytes(2) }),
  response: layout({ code: u8, status: u8, megabytes: u32le, free: u32le, bootPartition: u8, reserved: u8 }),
  /** No card is in the slot. */
  handle: () => ({ code: 0, status: 0, megabytes: 0, free: 0, bootPartition: 0, reserved: 0 }),
})

export const dellChassisCommands = [dellFanControl, dellChassisIdentifyStatus, dellSdCardInfo]
