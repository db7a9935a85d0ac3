import { basename, join } from 'node:path'
import type { z } from 'zod'
import { Problems } from '../problems.ts'
import { compiledPersonality } from './compiled.ts'
import type { FruConfig, Personality, SensorConfig } from './personality.ts'
import { type Entry, readList, readRecord } from './personality-file.ts'
import { schemas } from './schema.ts'
import { readCommandNumber, serverSchema } from './server-schema.ts'

/** What a personality's folder says. Throws ConfigError with everything that is wrong in its files. */
export function readPersonality(folder: string): Personality {
  const problems = new Problems()
  const personality = personalityIn(folder, problems)
  problems.check()
  if (personality === undefined) throw new Error(`${folder} was not read, and nothing is wrong with it`)
  return personality
}

/** The same; what is wrong joins other problems, and there is nothing then. */
export function personalityIn(folder: string, problems: Problems): Personality | undefined {
  return compiledPersonality(folder) ?? readFiles(folder, problems)
}

function readFiles(folder: string, problems: Problems): Personality | undefined {
  const server = readRecord(join(folder, 'personality.yaml'), problems, (entry) => entry.as(serverSchema()))
  const sensors = readList(join(folder, 'sensors.yaml'), 'sensors', problems, readSensor)
  const frus = readList(join(folder, 'fru.yaml'), 'frus', problems, (entry) => entry.as(schemas().fru))
  for (const [what, all] of [
    ['sensor', sensors.map(({ value, at }) => ({ number: value.number, at }))],
    ['FRU', frus.map(({ value, at }) => ({ number: value.device, at }))],
  ] as const) {
    const taken = new Set<number>()
    for (const { number, at } of all) {
      if (taken.has(number)) problems.add(at, `${what} ${number} is there already; give this one another number`)
      taken.add(number)
    }
  }
  checkFollows(sensors, problems)
  if (server === undefined) return undefined
  const { description, device, lan, users, sel, sdr, unanswered, oem, redfish } = server
  return {
    name: basename(folder),
    description,
    controllerName: device.name,
    device: deviceOf(device),
    lan: { ...lan, cipherSuites: lan.cipherSuites },
    users,
    sel,
    sdr,
    unanswered: unanswered.map(readCommandNumber),
    oem,
    redfish: { ...redfish, vendor: redfish.vendor, product: redfish.product, parts: partsOf(redfish.parts) },
    sensors: sensors.map(({ value }) => value),
    frus: frus.map(({ value }) => filledFru(value)),
  }
}

/** A card is called like its interface, unless it is said. */
function partsOf(parts: z.infer<ReturnType<typeof serverSchema>>['redfish']['parts']): Personality['redfish']['parts'] {
  return { ...parts, networkCard: parts.networkCard ?? parts.nic }
}

/** A sensor may follow others that measure and follow nobody. */
function checkFollows(
  sensors: readonly { readonly value: SensorConfig; readonly at: Parameters<Problems['add']>[0] }[],
  problems: Problems,
): void {
  for (const { value, at } of sensors) {
    if (value.kind !== 'analog') continue
    for (const name of Object.keys(value.reading.follows)) {
      const other = sensors.find((one) => one.value.name === name)?.value
      if (other?.kind !== 'analog') {
        problems.add(at, `${value.name} follows "${name}", and no sensor that measures has that name`)
      } else if (Object.keys(other.reading.follows).length > 0) {
        problems.add(at, `${value.name} follows "${name}", which follows others itself: follow those`)
      }
    }
  }
}

function deviceOf(device: z.infer<ReturnType<typeof serverSchema>>['device']): Personality['device'] {
  const [major, minor] = device.firmware.split('.')
  return {
    deviceId: device.id,
    deviceRevision: device.revision,
    providesDeviceSdrs: device.providesDeviceSdrs,
    firmwareMajor: Number(major),
    firmwareMinor: Number.parseInt(minor, 16),
    auxiliary: device.auxiliary && Uint8Array.from(device.auxiliary),
    deviceSupport: device.support,
    manufacturerId: device.manufacturer,
    productId: device.product,
  }
}

function readSensor(entry: Entry): SensorConfig | undefined {
  if (entry.has('states')) {
    const discrete = entry.as(schemas().discrete)
    return discrete && { kind: 'discrete', ...discrete, on: discrete.on, off: discrete.off }
  }
  const analog = entry.as(schemas().analog)
  if (analog === undefined) return undefined
  const { off, start } = analog.reading
  return { kind: 'analog', ...analog, reading: { ...analog.reading, off, start } }
}

function filledFru(fru: z.infer<ReturnType<typeof schemas>['fru']>): FruConfig {
  const { chassis, board, product } = fru
  return { ...fru, chassis, board: board && { ...board, date: board.date }, product }
}
