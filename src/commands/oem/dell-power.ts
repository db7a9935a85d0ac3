import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { bytes, empty, layout, oneOf, rest, u8, u16le, u32le } from '../../ipmi/layout.ts'
import { command } from '../command.ts'
import { factsOf, MAKERS_NETFN } from './maker.ts'
import { powerSupplies, statesOf } from './power-supplies.ts'

/** Power and energy, as the meter behind DCMI has them (DCMI 1.5 §6.6): the same watts by either way. */

/** Entity IDs (IPMI 2.0 Table 43-13). */
const SYSTEM_BOARD = 0x07
const POWER_SUPPLY = 0x0a

/** Tenths of an ampere that come with so many watts. */
function tenthsOfAmps(watts: number, volts: number): number {
  return volts === 0 ? 0 : Math.round((watts * 10) / volts)
}

export function voltsOf(bmc: Bmc): number {
  return factsOf(bmc, 'dell').powerSupply.volts
}

/** Watts that all power supplies together give. */
export function capacityOf(bmc: Bmc): { readonly supplies: number; readonly watts: number } {
  const supplies = Math.max(powerSupplies(bmc).length, 1)
  return { supplies, watts: Math.min(supplies * factsOf(bmc, 'dell').powerSupply.watts, 0xffff) }
}

const wholeBoard = layout({ entity: oneOf(u8, { board: SYSTEM_BOARD }), instance: u8 })

export const dellPowerTracking = command({
  netFn: MAKERS_NETFN,
  cmd: 0x9c,
  name: 'Dell Get Power Consumption Data',
  spec: 'Dell',
  privilege: 'User',
  request: wholeBoard,
  response: layout({
    energySince: u32le,
    wattHours: u32le,
    peakSince: u32le,
    peakAmpsAt: u32le,
    peakAmps: u16le,
    peakWattsAt: u32le,
    peakWatts: u16le,
  }),
  handle({ bmc }) {
    const { energy, peak } = bmc.powerTracking
    return {
      energySince: energy.sinceS,
      wattHours: energy.wattHours,
      peakSince: peak.sinceS,
      peakAmpsAt: peak.atS,
      peakAmps: tenthsOfAmps(peak.watts, voltsOf(bmc)),
      peakWattsAt: peak.atS,
      peakWatts: peak.watts,
    }
  },
})

export const dellClearPowerTracking = command({
  netFn: MAKERS_NETFN,
  cmd: 0x9d,
  name: 'Dell Reset Power Consumption Data',
  spec: 'Dell',
  privilege: 'Administrator',
  request: layout({
    entity: oneOf(u8, { board: SYSTEM_BOARD }),
    instance: u8,
    what: oneOf(u8, { energy: 1, peak: 2, all: 4 }),
  }),
  response: empty,
  handle({ bmc }, { what }) {
    if (what !== 'peak') bmc.powerTracking.clearEnergy()
    if (what !== 'energy') bmc.powerTracking.clearPeak()
  },
})

export const dellPowerSupplyInfo = command({
  netFn: MAKERS_NETFN,
  cmd: 0xb0,
  name: 'Dell Power Supply Info',
  spec: 'Dell',
  privilege: 'User',
  request: layout({ entity: oneOf(u8, { supply: POWER_SUPPLY }), instance: u8 }),
  response: layout({
    watts: u16le,
    tenthsOfAmps: u16le,
    volts: u16le,
    component: u32le,
    firmware: bytes(8),
    direct: u8,
    directWatts: u16le,
    state: u8,
    reserved: u8,
  }),
  handle({ bmc }, { instance }) {
    const { supplies } = capacityOf(bmc)
    if (instance < 1 || instance > supplies) throw new BmcError('not-found', `there is no power supply ${instance}`)
    const { watts, volts, firmware } = factsOf(bmc, 'dell').powerSupply
    const seed = powerSupplies(bmc)[instance - 1]
    const states = seed === undefined ? 0 : statesOf(bmc, seed)
    return {
      watts,
      tenthsOfAmps: tenthsOfAmps(watts, volts),
      volts,
      component: 0,
      firmware: new Uint8Array(Buffer.from(firmware.padEnd(8, '\0'), 'latin1')),
      direct: 0,
      directWatts: 0,
      // Its state by number; the worst where several hold.
      state: Math.max(31 - Math.clz32(states), 0),
      reserved: 0,
    }
  },
})

export const dellPowerNow = command({
  netFn: MAKERS_NETFN,
  cmd: 0xb3,
  name: 'Dell Get Power Consumption',
  spec: 'Dell',
  privilege: 'User',
  request: layout({ entity: oneOf(u8, { supply: POWER_SUPPLY }), instance: u8 }),
  response: layout({ watts: u16le, tenthsOfAmps: u16le, reserved: bytes(3) }),
  /** Instance 0: all of them; one of several carries its share. */
  handle({ bmc }, { instance }) {
    const { supplies } = capacityOf(bmc)
    if (instance > supplies) throw new BmcError('not-found', `there is no power supply ${instance}`)
    const all = bmc.dcmi.meter.watts()
    const watts = instance === 0 ? all : Math.round(all / supplies)
    return { watts, tenthsOfAmps: tenthsOfAmps(watts, voltsOf(bmc)), reserved: new Uint8Array(3) }
  },
})

/** Whether the power limit counts, and whether it can be made to. */
const ENABLED = 0x01
const SETTABLE = 0x02

export const dellPowerCapStatus = command({
  netFn: MAKERS_NETFN,
  cmd: 0xba,
  name: 'Dell Power Capacity Status',
  spec: 'Dell',
  privilege: 'Administrator',
  request: layout({ action: oneOf(u8, { set: 0, get: 1 }), value: u8 }),
  response: layout({ status: rest }),
  handle({ bmc }, { action, value }) {
    const { limit } = bmc.dcmi
    if (action === 'get') return { status: Uint8Array.of(SETTABLE | (limit.active ? ENABLED : 0)) }
    if (value > 1) throw new BmcError('invalid-field', `the power limit is on (1) or off (0), not ${value}`)
    limit.setActive(value === 1)
    return { status: new Uint8Array() }
  },
})

export const dellPowerHeadroom = command({
  netFn: MAKERS_NETFN,
  cmd: 0xbb,
  name: 'Dell Get Power Headroom',
  spec: 'Dell',
  privilege: 'User',
  request: empty,
  response: layout({ now: u16le, atPeak: u16le }),
  handle({ bmc }) {
    const { watts } = capacityOf(bmc)
    const { meter } = bmc.dcmi
    return {
      now: Math.max(watts - meter.watts(), 0),
      atPeak: Math.max(watts - bmc.powerTracking.peak.watts, 0),
    }
  },
})

export const dellPowerCommands = [
  dellPowerTracking,
  dellClearPowerTracking,
  dellPowerSupplyInfo,
  dellPowerNow,
  dellPowerCapStatus,
  dellPowerHeadroom,
]
