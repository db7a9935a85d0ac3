import { parse, stringify } from 'yaml'
import { messageOf } from '../../base/errors.ts'
import type { CloudInitConfig, NicConfig } from '../config.ts'
import type { CloudInitEntry, Content } from './cloud-init-schema.ts'
import type { EntryReader } from './entry-reader.ts'
import { fillSeedText, fillSeedValue, type SeedValues, type SeedWord } from './seed-template.ts'
import { firstSentence } from './shape.ts'

type Part = 'userData' | 'metaData' | 'networkConfig'
type Facts = Readonly<Record<string, unknown>>

const wanting: Readonly<Record<SeedWord, string>> = {
  name: '',
  n: '',
  mac: 'the node has no NIC, so there is no {mac}',
  address: 'there is no {address}; write it beside this, as in: address: "10.0.0.[11-13]/24"',
}

/** What userData may begin with; cloud-init leaves anything else alone and says so in its log only. */
const understood = /^(#|Content-Type:|MIME-Version:|From )/i

/** What the rest of the entry has said of the node. */
export interface OwnFacts {
  readonly nics: readonly NicConfig[]
  readonly address: string | undefined
}

/** The seed of one node, with its own name, MAC and address filled in. */
export function readCloudInit(
  entry: CloudInitEntry | null | undefined,
  own: OwnFacts,
  reader: EntryReader,
): CloudInitConfig | undefined {
  if (entry === undefined || entry === null) return undefined
  const { member } = reader
  const address = entry.address ? reader.inStep(entry.address, ['machine', 'cloudInit', 'address']) : own.address
  const values = { name: member.name, n: String(member.index + 1), mac: own.nics[0]?.mac, address }
  const read = (part: Part) => readPart(part, entry[part], values, reader)
  const userData = read('userData') ?? {}
  if (typeof userData === 'string' && !understood.test(userData)) {
    wrong(
      'userData',
      'cloud-init takes no such user-data; begin it with #cloud-config, or with #! for a script',
      reader,
    )
  }
  const networkConfig = read('networkConfig')
  return {
    at: reader.place('machine', 'cloudInit'),
    userData,
    metaData: facts('metaData', read('metaData') ?? {}, reader),
    networkConfig: typeof networkConfig === 'object' ? stringify(networkConfig) : networkConfig,
    sshKey: entry.sshKey ?? true,
    disk: entry.disk ?? true,
  }
}

function readPart(
  part: Part,
  written: Content | undefined,
  values: SeedValues,
  reader: EntryReader,
): string | Facts | undefined {
  const missing = (word: SeedWord) => wrong(part, wanting[word], reader)
  if (typeof written === 'string') {
    const text = written.includes('\n') ? written : reader.text(written, ['machine', 'cloudInit', part])
    return text === undefined ? undefined : fillSeedText(text, values, missing)
  }
  if (written === undefined) return undefined
  const bare = (word: string) => wrong(part, `{${word}} is a map to YAML; put it in quotes: "{${word}}"`, reader)
  const filled = fillSeedValue(written, values, { missing, bare })
  return isFacts(filled) ? filled : {}
}

/** meta-data is YAML wherever it comes from. */
function facts(part: Part, content: string | Facts, reader: EntryReader): Facts {
  if (typeof content !== 'string') return content
  try {
    const value: unknown = parse(content)
    if (isFacts(value)) return value
    wrong(part, `${part} must be keys and values in YAML`, reader)
  } catch (error) {
    wrong(part, `${part} is not valid YAML: ${firstSentence(messageOf(error))}`, reader)
  }
  return {}
}

function wrong(part: Part, message: string, reader: EntryReader): void {
  reader.wrong(['machine', 'cloudInit', part], message)
}

function isFacts(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
