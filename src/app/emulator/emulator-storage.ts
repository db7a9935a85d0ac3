import type { FruSeed, StorageSeed } from '../../bmc/seeds.ts'
import type { SensorSeed } from '../../bmc/sensors/sensor-seeds.ts'
import type { EmulatorCommand } from '../../config/config.ts'
import { numberedRecords, recordOfSensor } from '../sensor-records.ts'
import { addedSensor, changedSensor, type DescribedSensor, describedBy } from './emulator-sensors.ts'
import { fruFile } from './fru-file.ts'

/** What OpenIPMI's .emu commands make of one MC's storage and sensors before it starts, run in their order. */

/** IPMI 2.0 Table 20-2, byte 6: it has an SDR repository. */
export const SDR_REPOSITORY = 0x02
const SEL_FLAGS = 0x0f

/** A controller of which nothing is said. */
export const emptyStorage: StorageSeed = {
  sel: { capacity: 0, support: 0, records: [] },
  sdrs: [],
  deviceSdrs: new Map(),
  sensors: [],
  frus: [],
}

/** True where a file describes sensors, records or FRUs: then it is the whole truth about them. */
export function describesStorage(commands: readonly EmulatorCommand[], mc: number): boolean {
  const kinds = ['main-sdr-add', 'device-sdr-add', 'sensor-add', 'fru-data', 'fru-file']
  return ofMc(commands, mc).some(({ kind }) => kinds.includes(kind))
}

export interface StorageContext {
  /** Relative paths of FRU files start here. */
  readonly cwd: string
  /** The BMC, whose repository may describe the sensors of other controllers. */
  readonly bmc: number
}

/**
 * The configured SEL goes over the base's; all else takes its place where the commands describe it. A sensor that has no SDR
 * in ipmi_sim is there for nobody: clients find sensors by their SDRs. Here it gets one, and the BMC a FRU 0.
 */
export function emulatorStorage(
  commands: readonly EmulatorCommand[],
  mc: number,
  base: StorageSeed,
  { cwd, bmc }: StorageContext,
): StorageSeed {
  const own = ofMc(commands, mc)
  const selLine = own.findLast((one) => one.kind === 'sel-enable')
  const selRecords = own.flatMap((one) => (one.kind === 'sel-add' ? [one.record] : []))
  const sel = {
    capacity: selLine?.capacity ?? base.sel.capacity,
    support: selLine === undefined ? base.sel.support : selSupport(selLine.flags),
    records: selRecords,
  }
  if (!describesStorage(commands, mc)) return { ...base, sel }
  const { sensors, described } = sensorsOf(commands, mc, bmc)
  const sdrs = own.flatMap((one) => (one.kind === 'main-sdr-add' ? [one.record] : []))
  const deviceSdrs = own.flatMap((one) => (one.kind === 'device-sdr-add' ? [one] : []))
  const made = sensors.filter((one) => !isDescribed(one, mc, described))
  const support = own.findLast((one) => one.kind === 'mc-add')?.identity.deviceSupport
  const inMain = mc === bmc || support === undefined || (support & SDR_REPOSITORY) !== 0
  const madeMain = inMain && deviceSdrs.length === 0 ? made : []
  const madeDevice = inMain ? [] : made
  const frus = frusOf(own, cwd)
  return {
    sel,
    sdrs: numberedRecords([...sdrs, ...madeMain.map((seed) => recordOfSensor(seed, mc))]),
    deviceSdrs: byLun([
      ...deviceSdrs.map(({ lun, record }) => ({ lun, record })),
      ...madeDevice.map((seed) => ({ lun: seed.lun, record: recordOfSensor(seed, mc) })),
    ]),
    sensors,
    frus: frus.length === 0 ? base.frus.filter(({ device }) => device === 0) : frus,
  }
}

/** What Get SEL Info says that it can do (IPMI 2.0 §31.2). */
export function selSupport(flags: number): number {
  return flags & SEL_FLAGS
}

export function isDescribed(seed: SensorSeed, mc: number, described: readonly DescribedSensor[]): boolean {
  return described.some((one) => one.owner === mc && one.seed.lun === seed.lun && one.seed.number === seed.number)
}

function ofMc(commands: readonly EmulatorCommand[], mc: number): readonly (EmulatorCommand & { mc: number })[] {
  return commands.filter((one): one is EmulatorCommand & { mc: number } => 'mc' in one && one.mc === mc)
}

function byLun(records: readonly { readonly lun: number; readonly record: Uint8Array }[]) {
  const luns = new Set(records.map(({ lun }) => lun))
  const on = (lun: number) => records.filter((one) => one.lun === lun).map(({ record }) => record)
  return new Map([...luns].map((lun) => [lun, numberedRecords(on(lun))]))
}

/** Its sensors, and what records said about them: its own, and those in the BMC's repository. */
function sensorsOf(commands: readonly EmulatorCommand[], mc: number, bmc: number) {
  const sensors = new Map<string, SensorSeed>()
  const described: DescribedSensor[] = []
  for (const one of commands) {
    if (one.kind === 'main-sdr-add' || one.kind === 'device-sdr-add') {
      const found = describedBy(one.record)
      if (found !== undefined && (one.mc === mc || one.mc === bmc)) described.push(found)
      continue
    }
    if (!('number' in one) || one.mc !== mc) continue
    const key = `${one.lun}.${one.number}`
    if (one.kind === 'sensor-add') {
      sensors.set(key, addedSensor(one, described))
      continue
    }
    const before = sensors.get(key)
    if (before !== undefined) sensors.set(key, changedSensor(before, one))
  }
  return { sensors: [...sensors.values()], described }
}

function frusOf(commands: readonly EmulatorCommand[], cwd: string): readonly FruSeed[] {
  const frus = new Map<number, FruSeed>()
  for (const one of commands) {
    if (one.kind === 'fru-data') frus.set(one.device, { device: one.device, data: () => one.data })
    if (one.kind === 'fru-file') frus.set(one.device, fruFile(one, cwd))
  }
  return [...frus.values()]
}
