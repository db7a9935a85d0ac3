import { createHash } from 'node:crypto'
import type { FruSeed, StorageSeed } from '../bmc/seeds.ts'
import type { SensorSeed } from '../bmc/sensors/sensor-seeds.ts'
import { personalityFolder } from '../config/personality/find.ts'
import type { FruConfig, Personality } from '../config/personality/personality.ts'
import { readPersonality } from '../config/personality/read-personality.ts'
import { encodeFru, type FruDescription, fruMinutes } from '../ipmi/fru.ts'
import { fruRecord, mcRecord, numberedRecords, sensorRecord } from './sensor-records.ts'

/** Allocation info, reserve, partial add and delete (IPMI 2.0 §31.2). */
const SEL_SUPPORT = 0x0f

interface Shared {
  readonly sdrs: readonly Uint8Array[]
  readonly sensors: readonly SensorSeed[]
  readonly frus: readonly FruConfig[]
}

/** Personalities, each made into records once: thousands of BMCs share one copy of the records and sensors. */
export class Personalities {
  readonly #read = new Map<string, Personality>()
  readonly #shared = new Map<Personality, Map<number, Shared>>()

  /** Throws ConfigError where `which` is one of ours by name, and its files are wrong. */
  storage(which: Personality | string, node: string, deviceSupport: number): StorageSeed {
    const personality = typeof which === 'string' ? this.named(which) : which
    const { sdrs, sensors, frus } = this.#sharedBy(personality, deviceSupport)
    return {
      sel: { capacity: personality.sel.records, support: SEL_SUPPORT, records: [] },
      sdrs,
      deviceSdrs: personality.device.providesDeviceSdrs ? new Map([[0, sdrs]]) : new Map(),
      sensors,
      frus: frus.map((fru) => fruSeed(fru, node)),
    }
  }

  /** One that comes with bmcsim. */
  named(name: string): Personality {
    const known = this.#read.get(name)
    if (known !== undefined) return known
    const folder = personalityFolder(name, '/')
    if (folder === undefined) throw new Error(`there is no personality ${name}`)
    const personality = readPersonality(folder)
    this.#read.set(name, personality)
    return personality
  }

  #sharedBy(personality: Personality, deviceSupport: number): Shared {
    const bySupport = this.#shared.get(personality) ?? new Map<number, Shared>()
    this.#shared.set(personality, bySupport)
    const known = bySupport.get(deviceSupport)
    if (known !== undefined) return known
    const shared = sharedPart(personality, deviceSupport)
    bySupport.set(deviceSupport, shared)
    return shared
  }
}

function sharedPart({ controllerName, sdr, sensors, frus }: Personality, deviceSupport: number): Shared {
  const made = sensors.map((sensor) => sensorRecord(sensor, sensors))
  const records = [mcRecord(controllerName, deviceSupport), ...frus.map(fruRecord), ...made.map(({ record }) => record)]
  return { sdrs: numberedRecords(records, sdr), sensors: made.map(({ seed }) => seed), frus }
}

/** FRU data in an EEPROM of its size: room to write is left behind it. */
function fruSeed(config: FruConfig, node: string): FruSeed {
  return {
    device: config.device,
    data() {
      const areas = encodeFru(filled(config, node))
      const data = new Uint8Array(Math.max(config.size, areas.length))
      data.set(areas)
      return data
    },
  }
}

/** Fills in what a text says about the node. */
export function nodeText(node: string): (text: string) => string {
  const serial = createHash('sha1').update(node, 'utf8').digest('hex').slice(0, 8).toUpperCase()
  return (text) => text.replaceAll('{serial}', serial).replaceAll('{node}', node)
}

/** The areas with the node's own texts. */
function filled({ chassis, board, product }: FruConfig, node: string): FruDescription {
  const say = nodeText(node)
  return {
    chassis: chassis && {
      type: chassis.type,
      partNumber: say(chassis.partNumber),
      serial: say(chassis.serial),
      custom: chassis.custom.map(say),
    },
    board: board && {
      manufacturedMinutes: board.date === undefined ? 0 : fruMinutes(Date.parse(board.date)),
      manufacturer: say(board.manufacturer),
      product: say(board.product),
      serial: say(board.serial),
      partNumber: say(board.partNumber),
      fileId: say(board.fileId),
      custom: board.custom.map(say),
    },
    product: product && {
      manufacturer: say(product.manufacturer),
      name: say(product.name),
      partNumber: say(product.partNumber),
      version: say(product.version),
      serial: say(product.serial),
      assetTag: say(product.assetTag),
      fileId: say(product.fileId),
      custom: product.custom.map(say),
    },
  }
}
