import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { LabRedfishConfig } from '../config.ts'
import { Problems } from '../problems.ts'
import { readTextFile, reason } from '../text-file.ts'
import { type Assignment, type PythonValue, readAssignments } from './python-values.ts'

/** What a configuration of sushy-tools' emulator says that makes sense here. */
export interface SushyConfig {
  readonly redfish: LabRedfishConfig
  /** Systems that are only simulated; undefined: the machines are those of a lab. */
  readonly fake: readonly FakeSystem[] | undefined
  /** A whole path. */
  readonly stateFolder: string | undefined
  /** Keys that change nothing here, each with the reason. */
  readonly notes: readonly string[]
}

export interface FakeSystem {
  readonly uuid: string
  readonly name: string
  readonly on: boolean
  readonly macs: readonly string[]
}

const PREFIX = 'SUSHY_EMULATOR_'
const LOCAL = '127.0.0.1'
const PORT = 8000

/** What its features leave out, by the word that it has for them. */
const features: Readonly<Record<string, readonly string[]>> = {
  full: [],
  vmedia: ['Systems/Bios', 'Systems/SecureBoot', 'Systems/SimpleStorage', 'Systems/Storage', 'UpdateService'],
  minimum: [
    ...['Systems/Bios', 'Systems/SecureBoot', 'Systems/SimpleStorage', 'Systems/Storage', 'UpdateService'],
    ...['Systems/VirtualMedia', 'Managers/VirtualMedia'],
  ],
}

const ofTheLab = 'the machines are those of the lab file'
const ofTheMachine = 'the machine itself says what it has'

/** Known there, and of no use here. */
const unused: Readonly<Record<string, string>> = {
  OS_CLOUD: ofTheLab,
  IRONIC_CLOUD: ofTheLab,
  LIBVIRT_URI: ofTheLab,
  BOOT_LOADER_MAP: ofTheLab,
  BOOTLOADER_MAP: ofTheLab,
  SECURE_BOOT_ENABLED_NVRAM: ofTheLab,
  SECURE_BOOT_DISABLED_NVRAM: ofTheLab,
  IGNORE_BOOT_DEVICE: 'the boot device that is set is always booted',
  VMEDIA_DEVICES: ofTheMachine,
  VMEDIA_VERIFY_SSL: 'each InsertMedia says whether certificates are verified',
  INDICATOR_LEDS: ofTheMachine,
  STORAGE: ofTheMachine,
  VOLUMES: ofTheMachine,
  CHASSIS: 'each system has a chassis of its own',
  MANAGERS: 'each system has a manager of its own',
  EXTERNAL_NOTIFICATION_URL: 'the event service sends events to those who subscribe',
}

/** Reads a file of Flask's kind: assignments in Python. Throws a ConfigError with everything that is wrong. */
export function readSushyConfig(path: string, shown: string): SushyConfig {
  const problems = new Problems()
  const source = readTextFile(path, shown, problems)
  const reader = new SushyReader(dirname(path), source ? readAssignments(shown, source.text, problems) : [], problems)
  const config = reader.config({ file: shown, line: 1, column: 1, length: 1 })
  problems.check()
  return config
}

class SushyReader {
  readonly #cwd: string
  readonly #problems: Problems
  readonly #given = new Map<string, Assignment>()
  readonly #notes: string[] = []

  constructor(cwd: string, assignments: readonly Assignment[], problems: Problems) {
    this.#cwd = cwd
    this.#problems = problems
    // A later one counts, as in Python.
    for (const one of assignments) this.#given.set(one.name, one)
  }

  config(file: LabRedfishConfig['at']): SushyConfig {
    const at = this.#given.get(`${PREFIX}LISTEN_PORT`)?.at ?? file
    const certificate = this.#certificate()
    const fake = this.#fake()
    const config = {
      redfish: {
        host: this.#text('LISTEN_IP') || LOCAL,
        port: this.#port(),
        certificate,
        user: undefined,
        authFile: this.#path('AUTH_FILE'),
        without: this.#without(),
        only: this.#texts('ALLOWED_INSTANCES'),
        at,
      },
      fake,
      stateFolder: this.#path('STATE_DIR'),
    }
    for (const { name } of this.#given.values()) {
      const key = name.startsWith(PREFIX) ? name.slice(PREFIX.length) : undefined
      const why = key === undefined ? undefined : (unused[key] ?? 'it is not known here')
      if (why !== undefined) this.#notes.push(`${name} changes nothing: ${why}`)
    }
    return { ...config, notes: this.#notes }
  }

  #certificate(): LabRedfishConfig['certificate'] {
    const [certificate, key] = [this.#path('SSL_CERT'), this.#path('SSL_KEY')]
    if (certificate === undefined && key === undefined) return 'none'
    if (certificate === undefined || key === undefined) {
      const at = [...this.#problemsAt].at(-1)
      if (at) this.#problems.add(at, `${PREFIX}SSL_CERT and ${PREFIX}SSL_KEY belong together; write both`)
      return 'none'
    }
    const [certificateText, keyText] = [this.#file(certificate), this.#file(key)]
    return certificateText === undefined || keyText === undefined
      ? 'none'
      : { certificate: certificateText, key: keyText }
  }

  #fake(): readonly FakeSystem[] | undefined {
    const isFake = this.#take('FAKE_DRIVER')
    const list = this.#take('FAKE_SYSTEMS')
    if (isFake?.value !== true) return undefined
    const systems = Array.isArray(list?.value) ? (list.value as readonly PythonValue[]) : []
    const at = list?.at ?? isFake.at
    if (systems.length === 0) this.#problems.add(at, `there are no systems; list them in ${PREFIX}FAKE_SYSTEMS`)
    return systems.flatMap((system) => this.#fakeSystem(system, at))
  }

  #fakeSystem(value: PythonValue, at: LabRedfishConfig['at']): FakeSystem[] {
    const dict = isDict(value) ? value : {}
    const { uuid, name, power_state: power, nics } = dict
    if (typeof uuid !== 'string' || typeof name !== 'string') {
      this.#problems.add(at, 'a fake system has a uuid and a name')
      return []
    }
    const macs = (Array.isArray(nics) ? (nics as readonly PythonValue[]) : []).flatMap((nic) => {
      const mac = isDict(nic) ? nic.mac : undefined
      return typeof mac === 'string' ? [mac] : []
    })
    return [{ uuid, name, on: typeof power === 'string' && power.toLowerCase() === 'on', macs }]
  }

  #without(): readonly string[] {
    const word = this.#text('FEATURE_SET') ?? 'full'
    const found = Object.hasOwn(features, word) ? features[word] : undefined
    const at = this.#problemsAt.at(-1)
    if (found === undefined && at) {
      this.#problems.add(at, `"${word}" is no feature set; there are ${Object.keys(features).join(', ')}`)
    }
    return found ?? []
  }

  #port(): number {
    const given = this.#take('LISTEN_PORT')
    if (given === undefined || given.value === null) return PORT
    const port = Number(given.value)
    if (Number.isInteger(port) && port >= 0 && port <= 65535) return port
    this.#problems.add(given.at, 'a port is a number up to 65535')
    return PORT
  }

  #texts(key: string): readonly string[] {
    const given = this.#take(key)
    const list = Array.isArray(given?.value) ? (given.value as readonly PythonValue[]) : []
    return list.filter((one) => typeof one === 'string')
  }

  #text(key: string): string | undefined {
    const given = this.#take(key)
    if (given === undefined || given.value === null) return undefined
    if (typeof given.value === 'string') return given.value
    this.#problems.add(given.at, `${PREFIX}${key} is text; put it in quotes`)
    return undefined
  }

  #path(key: string): string | undefined {
    const text = this.#text(key)
    return text === undefined || text === '' ? undefined : resolve(this.#cwd, text)
  }

  #file(path: string): string | undefined {
    try {
      return readFileSync(path, 'utf8')
    } catch (error) {
      const at = this.#problemsAt.at(-1)
      if (at) this.#problems.add(at, `"${path}" cannot be read: ${reason(error)}`)
      return undefined
    }
  }

  /** Where the keys stand that were taken last. */
  readonly #problemsAt: LabRedfishConfig['at'][] = []

  #take(key: string): Assignment | undefined {
    const name = `${PREFIX}${key}`
    const found = this.#given.get(name)
    this.#given.delete(name)
    if (found !== undefined) this.#problemsAt.push(found.at)
    return found
  }
}

function isDict(value: PythonValue): value is { readonly [key: string]: PythonValue } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
