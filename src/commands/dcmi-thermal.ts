import { Writer } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { Temperature, TemperaturePlace } from '../bmc/dcmi/thermal.ts'
import { empty, flag, layout, oneOf, pad, rest, u8, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { type Context, command } from './command.ts'
import { DCMI } from './dcmi.ts'

/** DCMI 1.5 §6.5.2 and §6.7: temperature sensors, readings and the inlet's limit. */

/** DCMI's own entity IDs, and IPMI's for the same places (§6.5.2, Table 6-14; IPMI 2.0 §43.14). */
const entities: Readonly<Record<number, TemperaturePlace>> = {
  64: 'inlet',
  55: 'inlet',
  65: 'cpu',
  3: 'cpu',
  66: 'baseboard',
  7: 'baseboard',
}

function placeOf(entity: number): TemperaturePlace {
  const place = entities[entity]
  if (place === undefined) throw new BmcError('not-found', `no temperature is taken of entity ${entity}`)
  return place
}

/** `instance` 0: all of them, from `start` on. */
const which = layout({ type: oneOf(u8, { temperature: 1 }), entity: u8, instance: u8, start: u8 })
/** So many fit into one answer (Table 6-14). */
const MOST = 8

function chosen({ bmc }: Context, wanted: { entity: number; instance: number; start: number }) {
  const place = placeOf(wanted.entity)
  const all = bmc.dcmi.temperatures().filter((one) => one.place === place)
  const from = all.filter(({ instance }) =>
    wanted.instance === 0 ? instance >= wanted.start : instance === wanted.instance,
  )
  return { all, from: from.slice(0, MOST) }
}

export const getDcmiSensorInfo = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x07,
  name: 'Get DCMI Sensor Info',
  spec: '6.5.2',
  privilege: 'Operator',
  request: which,
  response: layout({ total: u8, count: u8, recordIds: rest }),
  /** Only sensors with a record in the SDR repository can be named. */
  handle(context, wanted) {
    const { all, from } = chosen(context, wanted)
    const known = ({ recordId }: Temperature) => recordId !== undefined
    const ids = from.flatMap(({ recordId }) => recordId ?? [])
    const recordIds = new Writer()
    for (const id of ids) recordIds.u16le(id)
    return { total: all.filter(known).length, count: ids.length, recordIds: recordIds.done() }
  },
})

export const getTemperatureReadings = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x10,
  name: 'Get Temperature Readings',
  spec: '6.7.3',
  privilege: 'User',
  request: which,
  response: layout({ total: u8, count: u8, readings: rest }),
  handle(context, wanted) {
    const { all, from } = chosen(context, wanted)
    const readings = from.flatMap(({ celsius, instance }) => [signAndSize(celsius), instance])
    return { total: all.length, count: from.length, readings: Uint8Array.from(readings) }
  },
})

/** Bit 7 is the sign, the rest the size: not a two's complement. */
function signAndSize(celsius: number): number {
  return (celsius < 0 ? 0x80 : 0x00) | Math.min(Math.abs(celsius), 0x7f)
}

const limit = { reserved: pad(1), powerOff: flag, log: flag, reserved2: pad(5), celsius: u8, exceptionS: u16le }

function mustBeInlet(entity: number, instance: number): void {
  if (placeOf(entity) === 'inlet' && instance === 1) return
  throw new BmcError('invalid-field', 'only the inlet temperature, instance 1, has a limit')
}

export const setThermalLimit = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x0b,
  name: 'Set Thermal Limit',
  spec: '6.7.2',
  privilege: 'Operator',
  request: layout({ entity: u8, instance: u8, ...limit }),
  response: empty,
  handle({ bmc }, { entity, instance, ...settings }) {
    mustBeInlet(entity, instance)
    bmc.dcmi.thermalLimit.set(settings)
  },
})

export const getThermalLimit = command({
  netFn: NetFn.Group,
  group: DCMI,
  cmd: 0x0c,
  name: 'Get Thermal Limit',
  spec: '6.7.1',
  privilege: 'User',
  request: layout({ entity: u8, instance: u8 }),
  response: layout(limit),
  handle({ bmc }, { entity, instance }) {
    mustBeInlet(entity, instance)
    return bmc.dcmi.thermalLimit.settings
  },
})

export const dcmiThermalCommands = [getDcmiSensorInfo, getTemperatureReadings, setThermalLimit, getThermalLimit]
