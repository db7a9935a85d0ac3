import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { start } from './process.ts'
import { tempFolder } from './temp-folder.ts'
import { findTool } from './tools.ts'
import { until } from './until.ts'

/** A trap as `snmptrapd` printed it. */
export interface PrintedTrap {
  readonly from: string
  readonly community: string
  readonly enterprise: string
  readonly specific: number
  readonly bytes: Buffer
}

/** A real `snmptrapd` that writes what it gets to a file. */
export class TrapReceiver {
  readonly #file: string

  private constructor(file: string) {
    this.#file = file
  }

  static async open(address: string, port: number): Promise<TrapReceiver> {
    const folder = tempFolder()
    const config = join(folder, 'snmptrapd.conf')
    writeFileSync(config, 'disableAuthorization yes\n')
    const file = join(folder, 'traps')
    writeFileSync(file, '')
    const where = [`udp:${address}:${port}`, '-x', `unix:${join(folder, 'agentx')}`]
    const args = ['-f', '-n', '-On', '-Lf', file, '-m', '', '-C', '-c', config, ...where]
    const env = { SNMP_PERSISTENT_DIR: folder, MIBS: '' }
    const daemon = start(findTool('snmptrapd') ?? 'snmptrapd', args, { env })
    await until(
      'snmptrapd',
      () => readFileSync(file, 'utf8').includes('NET-SNMP version'),
      60_000,
      () => daemon.output,
    )
    return new TrapReceiver(file)
  }

  /** Those that are written to their end: a PET's bytes end with C1h. */
  get traps(): readonly PrintedTrap[] {
    const [, ...entries] = readFileSync(this.#file, 'utf8').split(/^(?=\d{4}-\d\d-\d\d .*TRAP, SNMP v1)/m)
    const traps = entries.map((entry) => ({
      from: /UDP: \[([\d.]+)\]/.exec(entry)?.[1] ?? '',
      community: /community (\S+)/.exec(entry)?.[1] ?? '',
      enterprise: /^\s+([.\d]+) Enterprise Specific Trap/m.exec(entry)?.[1] ?? '',
      specific: Number(/Enterprise Specific Trap \((\d+)\)/.exec(entry)?.[1]),
      bytes: Buffer.from((/Hex-STRING: ([\dA-F\s]+)/.exec(entry)?.[1] ?? '').replace(/\s/g, ''), 'hex'),
    }))
    return traps.filter(({ bytes }) => bytes.at(-1) === 0xc1)
  }

  /** The trap of that number, from 1. */
  trap(number: number): Promise<PrintedTrap> {
    return this.#until(`trap ${number}`, () => this.traps[number - 1])
  }

  /** The first trap whose bytes are so. */
  trapWith(what: string, has: (bytes: Buffer) => boolean): Promise<PrintedTrap> {
    return this.#until(`a trap with ${what}`, () => this.traps.find(({ bytes }) => has(bytes)))
  }

  #until(what: string, look: () => PrintedTrap | undefined): Promise<PrintedTrap> {
    return until(what, look, 60_000, () => readFileSync(this.#file, 'utf8'))
  }
}
