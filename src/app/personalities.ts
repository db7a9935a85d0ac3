import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { FruSeed, StorageSeed } from '../bmc/seeds.ts'
import type { SensorSeed } from '../bmc/sensor-seeds.ts'
import type { FruConfig, Personality } from '../config/personality/personality.ts'
import { readPersonality } from '../config/personality/read-personality.ts'
import { encodeFru, type FruDescription, fruMinutes } from '../ipmi/fru.ts'
import { fruRecord, mcRecord, numberedRecords, sensorRecord } from './sensor-records.ts'

/** Beside src/ and dist/ alike. */
const FOLDER = join(import.meta.dirname, '..', '..', 'nodes', 'personalities')
/** Records of the SEL of a node that says nothing else; real ones have 512 to a few thousand. */
const SEL_CAPACITY = 1024
/** Allocation info, reserve, partial add and delete (IPMI 2.0 §31.2). */
const SEL_SUPPORT = 0x0f

interface Shared {
  readonly sdrs: readonly Uint8Array[]
  readonly sensors: readonly SensorSeed[]
  readonly frus: readonly FruConfig[]
}

/** Personalities by name, each read once: thousands of BMCs share one copy of the records and sensors. */
export class Personalities {
  readonly #known = new Map<string, Shared>()

  /** Throws ConfigError where the files of the personality are wrong. */
  storage(name: string, node: string, deviceSupport: number): StorageSeed {
    const { sdrs, sensors, frus } = this.#shared(name, deviceSupport)
    return {
      sel: { capacity: SEL_CAPACITY, support: SEL_SUPPORT, records: [] },
      sdrs,
      deviceSdrs: new Map(),
      sensors,
      frus: frus.map((fru) => fruSeed(fru, node)),
    }
  }

  #shared(name: string, deviceSupport: number): Shared {
    const key = `${name} ${deviceSupport}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const shared = sharedPart(readPersonality(join(FOLDER, name)), deviceSupport)
    this.#known.set(key, shared)
    return shared
  }
}

function sharedPart({ sensors, frus }: Personality, deviceSupport: number): Shared {
  const made = sensors.map(sensorRecord)
  const records = [mcRecord('BMC', deviceSupport), ...frus.map(fruRecord), ...made.map(({ record }) => record)]
  return { sdrs: numberedRecords(records), sensors: made.map(({ seed }) => seed), frus }
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

/** The areas with the node's own texts. */
function filled({ chassis, board, product }: FruConfig, node: string): FruDescription {
  const serial = createHash('sha1').update(node, 'utf8').digest('hex').slice(0, 8).toUpperCase()
  const say = (text: string) => text.replaceAll('{serial}', serial).replaceAll('{node}', node)
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
