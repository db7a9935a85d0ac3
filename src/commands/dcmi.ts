import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { DcmiText } from '../bmc/dcmi/dcmi.ts'
import { empty, layout, rest, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import type { Context } from './command.ts'
import { command } from './command.ts'

/** DCMI 1.5: capabilities, names and configuration. The rest is in dcmi-power.ts and dcmi-thermal.ts. */

/** The defining body DCMI (IPMI 2.0 §5.1, Table 5-1). */
export const DCMI = 0xdc

/** Version 1.5, and the revision of its parameters (§6.1.1, Table 6-2). */
const versions = { major: 1, minor: 5, revision: 2 } as const
const versioned = layout({ major: u8, minor: u8, revision: u8, data: rest })

/** §6.1.1, Table 6-3. */
const Capability = { supported: 1, mandatory: 2, optional: 3, access: 4, powerStatistics: 5 } as const

/** Version 1.5 reserves byte 1 and the last three below, and readers of it pass over them; ipmitool 1.8.19 prints them. */
const MANDATORY = 0x0f
const POWER_MANAGEMENT = 0x01
const IN_BAND = 0x01
const SERIAL_OVER_LAN = 0x10
const PRIMARY_LAN = 0x08

/** No such channel. */
const NONE = 0xff
/** A GUID and an asset tag, no DHCP host name. */
const IDENTIFICATION = 0x05
/** Temperatures are new at every look; once a second is all that can be said. */
const SAMPLING_S = 1
/** Our own address, channel 0; device revision 1. */
const POWER_DEVICE = [0x20, 0x01] as const

/** Rolling averages of a minute, five, and an hour (Table 6-3, parameter 5). */
export const averagingPeriods = [0x41, 0x45, 0x81] as const

export const getDcmiCapabilities = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x01,
  name: 'Get DCMI Capabilities Info',
  spec: '6.1.1',
  privilege: 'User',
  request: layout({ parameter: u8 }),
  response: versioned,
  handle: (context, { parameter }) => ({ ...versions, data: capability(context, parameter) }),
})

function capability({ bmc }: Context, parameter: number): Uint8Array {
  switch (parameter) {
    case Capability.supported: {
      const access = IN_BAND | PRIMARY_LAN | (bmc.sol.supported ? SERIAL_OVER_LAN : 0)
      return Uint8Array.of(MANDATORY, POWER_MANAGEMENT, access)
    }
    case Capability.mandatory: {
      const entries = bmc.events.capacity
      return Uint8Array.of(entries & 0xff, entries >> 8, IDENTIFICATION, 0, SAMPLING_S)
    }
    case Capability.optional:
      return Uint8Array.from(POWER_DEVICE)
    case Capability.access: {
      const [first, second] = bmc.channels.lan
      return Uint8Array.of(first?.number ?? NONE, second?.number ?? NONE, NONE)
    }
    case Capability.powerStatistics:
      return Uint8Array.of(averagingPeriods.length, ...averagingPeriods)
    default:
      throw new BmcError('invalid-field', `there is no DCMI capability ${parameter}`)
  }
}

/** Texts travel in pieces of up to 16 bytes. */
const PIECE = 16
const piece = layout({ offset: u8, count: u8 })
const written = layout({ offset: u8, count: u8, data: rest })
const length = layout({ length: u8 })
const lengthAndPiece = layout({ length: u8, data: rest })

function read(text: Uint8Array, offset: number, count: number) {
  if (count > PIECE || offset > text.length) {
    throw new BmcError('out-of-range', `up to ${PIECE} bytes from 0 to ${text.length}`)
  }
  return { length: text.length, data: text.subarray(offset, offset + count) }
}

function write(text: DcmiText, offset: number, count: number, data: Uint8Array): { readonly length: number } {
  if (count > PIECE) throw new BmcError('out-of-range', `up to ${PIECE} bytes at a time`)
  if (count !== data.length) throw new DecodeError('length', `${count} bytes promised, ${data.length} given`)
  text.write(offset, data)
  return { length: offset + count }
}

export const getAssetTag = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x06,
  name: 'Get Asset Tag',
  spec: '6.4.2',
  privilege: 'User',
  request: piece,
  response: lengthAndPiece,
  handle: ({ bmc }, { offset, count }) => read(bmc.dcmi.assetTag.bytes, offset, count),
})

export const setAssetTag = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x08,
  name: 'Set Asset Tag',
  spec: '6.4.3',
  privilege: 'Operator',
  request: written,
  response: length,
  handle: ({ bmc }, { offset, count, data }) => write(bmc.dcmi.assetTag, offset, count, data),
})

export const getControllerIdentifier = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x09,
  name: 'Get Management Controller Identifier String',
  spec: '6.4.6.1',
  privilege: 'User',
  request: piece,
  response: lengthAndPiece,
  /** The NUL at the end is read and counted too. */
  handle: ({ bmc }, { offset, count }) => read(Uint8Array.of(...bmc.dcmi.identifier.bytes, 0), offset, count),
})

export const setControllerIdentifier = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x0a,
  name: 'Set Management Controller Identifier String',
  spec: '6.4.6.2',
  privilege: 'Administrator',
  request: written,
  response: length,
  handle: ({ bmc }, { offset, count, data }) => write(bmc.dcmi.identifier, offset, count, data),
})

/** "Ask DHCP again", which can only be written: there is no DHCP client here to do it. */
const ACTIVATE_DHCP = 1

export const setDcmiConfiguration = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x12,
  name: 'Set DCMI Configuration Parameters',
  spec: '6.1.2',
  privilege: 'Administrator',
  request: layout({ parameter: u8, set: u8, data: rest }),
  response: empty,
  handle({ bmc }, { parameter, data }) {
    if (parameter === ACTIVATE_DHCP) throw new BmcError('not-supported', 'this BMC has no DHCP client')
    if (bmc.dcmi.setParameter(parameter, data)) return
    throw new BmcError('invalid-field', `there is no DCMI parameter ${parameter}`)
  },
})

export const getDcmiConfiguration = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x13,
  name: 'Get DCMI Configuration Parameters',
  spec: '6.1.3',
  privilege: 'User',
  request: layout({ parameter: u8, set: u8 }),
  response: versioned,
  handle({ bmc }, { parameter }) {
    const data = parameter === ACTIVATE_DHCP ? Uint8Array.of(0) : bmc.dcmi.parameter(parameter)
    if (data === undefined) throw new BmcError('invalid-field', `there is no DCMI parameter ${parameter}`)
    return { ...versions, data }
  },
})

export const dcmiCommands = [
  getDcmiCapabilities,
  getAssetTag,
  setAssetTag,
  getControllerIdentifier,
  setControllerIdentifier,
  setDcmiConfiguration,
  getDcmiConfiguration,
]
