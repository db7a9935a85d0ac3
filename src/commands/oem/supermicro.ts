import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import type { FanZone } from '../../bmc/sensors/fan-duty.ts'
import { bytes, empty, layout, oneOf, rest, u8, u32le } from '../../ipmi/layout.ts'
import { masterWriteRead } from '../app.ts'
import { type Command, command } from '../command.ts'
import { factsOf, MAKERS_NETFN } from './maker.ts'
import { hasFailed, powerSupplies } from './power-supplies.ts'

/** Manufacturers 10876 and 47488. */

const INTRUSION_SENSOR = 0x05

export const supermicroResetIntrusion = command({
  netFn: MAKERS_NETFN,
  cmd: 0x03,
  name: 'Supermicro Reset Intrusion',
  spec: 'Supermicro',
  privilege: 'Administrator',
  request: empty,
  response: empty,
  /** The lid was closed again: what holds the sensor open lets go of it. */
  handle({ bmc }) {
    const seed = bmc.sensors.seeds.find(({ type }) => type === INTRUSION_SENSOR)
    if (seed === undefined) throw new BmcError('not-found', 'there is no sensor for the lid')
    bmc.sensors.force(bmc.sensors.get(seed.lun, seed.number), undefined)
  },
})

export const supermicroGetMac = command({
  netFn: MAKERS_NETFN,
  cmd: 0x21,
  name: 'Supermicro Get MAC',
  spec: 'Supermicro',
  privilege: 'User',
  request: layout({ data: rest }),
  response: layout({ count: u32le, mac: bytes(6) }),
  /** Scripts take the last six bytes: the server's first network card. */
  handle({ bmc }) {
    const [mac] = factsOf(bmc, 'supermicro').nics
    if (mac === undefined) throw new BmcError('not-found', 'the server has no network card')
    return { count: 1, mac }
  },
})

/** How the fans are driven. Heavy I/O turns those of the cards faster; full is everything. */
const fanModes = { standard: 0, full: 1, optimal: 2, 'heavy io': 4 } as const
type FanMode = keyof typeof fanModes
const dutyOf: Readonly<Record<FanMode, readonly [number | undefined, number | undefined]>> = {
  standard: [undefined, undefined],
  full: [100, 100],
  optimal: [undefined, undefined],
  'heavy io': [undefined, 75],
}
/** What "the BMC decides" comes to, where a percentage is asked for. */
const USUAL_DUTY = 50

const modeByte = layout({ mode: oneOf(u8, fanModes) })

export const supermicroFanMode = command({
  netFn: MAKERS_NETFN,
  cmd: 0x45,
  name: 'Supermicro Fan Mode',
  spec: 'Supermicro',
  privilege: 'Administrator',
  request: layout({ action: oneOf(u8, { get: 0, set: 1 }), data: rest }),
  response: layout({ mode: rest }),
  handle({ bmc: { oem } }, { action, data }) {
    if (action === 'get') {
      empty.decode(data)
      return { mode: oem.get('supermicro.fan-mode', [fanModes.standard]) }
    }
    const { mode } = modeByte.decode(data)
    oem.set('supermicro.fan-mode', modeByte.encode({ mode }))
    const [processors, cards] = dutyOf[mode]
    oem.fans.set(0, processors)
    oem.fans.set(1, cards)
    return { mode: new Uint8Array() }
  },
})

/** What 70h is for is in its first byte. */
const extensions = { 'LAN port': 0x0c, 'fan duty': 0x66, services: 0xf0 } as const

export const supermicroExtension = command({
  netFn: MAKERS_NETFN,
  cmd: 0x70,
  name: 'Supermicro Extension',
  spec: 'Supermicro',
  privilege: 'Administrator',
  request: layout({ what: oneOf(u8, extensions), data: rest }),
  response: layout({ answer: rest }),
  handle({ bmc }, { what, data }) {
    switch (what) {
      case 'LAN port':
        return { answer: lanPort(bmc, data) }
      case 'fan duty':
        return { answer: fanDuty(bmc, data) }
      case 'services':
        return { answer: services(bmc, data) }
    }
  },
})

const getOrSet = layout({ action: oneOf(u8, { get: 0, set: 1 }), data: rest })
const portByte = layout({ port: oneOf(u8, { dedicated: 0, shared: 1, failover: 2 }) })

function lanPort({ oem }: Bmc, given: Uint8Array): Uint8Array {
  const { action, data } = getOrSet.decode(given)
  if (action === 'get') return oem.get('supermicro.lan-port', [2])
  oem.set('supermicro.lan-port', portByte.encode(portByte.decode(data)))
  return new Uint8Array()
}

const zoneByte = layout({ zone: u8 })
const zoneAndDuty = layout({ zone: u8, percent: u8 })

function fanDuty({ oem }: Bmc, given: Uint8Array): Uint8Array {
  const { action, data } = getOrSet.decode(given)
  if (action === 'get') return Uint8Array.of(oem.fans.get(zoneOf(zoneByte.decode(data).zone)) ?? USUAL_DUTY)
  const { zone, percent } = zoneAndDuty.decode(data)
  if (percent > 100) throw new BmcError('out-of-range', `${percent} percent of full speed`)
  oem.fans.set(zoneOf(zone), percent)
  return new Uint8Array()
}

function zoneOf(number: number): FanZone {
  if (number !== 0 && number !== 1) throw new BmcError('invalid-field', `there is no fan zone ${number}`)
  return number
}

const serviceAction = layout({ action: oneOf(u8, { disable: 0, enable: 1, status: 2 }) })

/** The BMC's doors other than IPMI, on or off as one. */
function services({ oem }: Bmc, data: Uint8Array): Uint8Array {
  const { action } = serviceAction.decode(data)
  if (action === 'status') return oem.get('supermicro.services', [1])
  oem.set('supermicro.services', Uint8Array.of(action === 'enable' ? 1 : 0))
  return new Uint8Array()
}

export const supermicroExtraFirmwareInfo = command({
  netFn: 0x3c,
  cmd: 0x20,
  name: 'Supermicro Extra Firmware Info',
  spec: 'Supermicro',
  privilege: 'User',
  request: empty,
  response: layout({ major: u32le, minor: u32le, sub: u32le, build: u32le, hardwareId: u8, tag: rest }),
  handle({ bmc }) {
    const { build, hardwareId, tag } = factsOf(bmc, 'supermicro')
    const { firmwareMajor: major, firmwareMinor: minor } = bmc.device
    return { major, minor, sub: 0, build, hardwareId, tag: new Uint8Array(Buffer.from(`${tag}\0`, 'latin1')) }
  },
})

/** The power supplies on private bus 3: by the address of each, what is read there, and what says that it is well. */
const SUPPLY_BUS = 3
const supplyParts: readonly {
  readonly first: number
  readonly register: number
  readonly good: number
  readonly bad: number
}[] = [
  { first: 0x70 >> 1, register: 0x0c, good: 0x01, bad: 0x00 },
  { first: 0x78 >> 1, register: 0x78, good: 0x01, bad: 0x00 },
  { first: 0xb0 >> 1, register: 0x79, good: 0x00, bad: 0x01 },
]

export const supermicroMasterWriteRead = command({
  ...masterWriteRead,
  handle(context, request) {
    const { bus, private: isPrivate, address, readCount, write } = request
    const [register] = write
    const supplies = powerSupplies(context.bmc)
    const part = supplyParts.find(({ first }) => address >= first && address < first + supplies.length)
    if (!isPrivate || bus !== SUPPLY_BUS || part === undefined) return masterWriteRead.handle(context, request)
    if (register !== part.register || readCount !== 1) {
      throw new BmcError('invalid-field', `a power supply tells a byte at ${part.register}`)
    }
    const failed = hasFailed(context.bmc, supplies[address - part.first])
    return { read: Uint8Array.of(failed ? part.bad : part.good) }
  },
})

export const supermicroCommands: readonly Command[] = [
  supermicroMasterWriteRead,
  supermicroResetIntrusion,
  supermicroGetMac,
  supermicroFanMode,
  supermicroExtension,
  supermicroExtraFirmwareInfo,
]
