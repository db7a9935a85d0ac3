import { type Clock, sleep } from '../../base/clock.ts'
import { BmcError, messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { PlacedCommand, SensorCommand } from '../../config/config.ts'
import { readEmulatorLine } from '../../config/emu/read-emulator.ts'
import type { Trust } from '../../config/emu/state.ts'
import type { Controllers } from './controllers.ts'
import { EmulatorSensors } from './emulator-live-sensors.ts'
import { selSupport } from './emulator-storage.ts'
import { fruFile } from './fru-file.ts'
import type { Persistence } from './persistence.ts'
import { PollWheel } from './poll-wheel.ts'

export interface EmulatorParts {
  readonly node: string
  readonly cwd: string
  readonly clock: Clock
  readonly log: Logger
  readonly controllers: Controllers
  readonly persistence: Persistence
  /** What `define` has set; files and consoles of the node share it. */
  readonly variables: ReadonlyMap<string, string>
  /** Ends the process; undefined where it runs more than this node. */
  readonly quit: (() => void) | undefined
}

const FRU_LINE = 8

/**
 * Runs the emulator's commands on a node that is there: those of a file that come after a `sleep`, and what is typed at a
 * console. The words and their checks are config/'s, the same for all of them.
 */
export class Emulator {
  readonly #parts: EmulatorParts
  /** From the first line on that was typed. */
  #variables: Map<string, string> | undefined
  readonly #polls: PollWheel
  readonly #sensors: EmulatorSensors
  /** SDRs that lines have added. */
  #records = 0
  #closed = false

  constructor(parts: EmulatorParts) {
    this.#parts = parts
    this.#polls = new PollWheel(parts.clock)
    this.#sensors = new EmulatorSensors({ ...parts, polls: this.#polls })
  }

  /**
   * A line that was typed: all of it is checked before any of it is done. Resolves with what there is to print, without a last
   * line end. Rejects with a ConfigError, BmcError or SetupError.
   */
  async line(text: string, trust: Trust): Promise<string> {
    const { cwd, controllers } = this.#parts
    this.#variables ??= new Map(this.#parts.variables)
    const commands = readEmulatorLine({ text, cwd, variables: this.#variables, known: controllers, trust })
    const answers: string[] = []
    for (const command of commands) {
      const answer = await this.run(command)
      if (answer !== '') answers.push(answer)
    }
    return answers.join('\n')
  }

  /** What a file says about a node that is being made: who is enabled, and what is polled. */
  begin(commands: readonly PlacedCommand[]): void {
    const { controllers, log } = this.#parts
    for (const one of commands) {
      if (one.kind === 'mc-delete') this.#polls.removeOf(one.mc)
      if (one.kind === 'debug') log.setDebug?.(one.on)
      if (one.kind === 'fru-dump') log.info({ mc: one.mc, fru: one.device }, this.#dump(one.mc, one.device))
      if (one.kind === 'mc-guid' && controllers.hasMc(one.mc)) controllers.get(one.mc).guid = one.guid
      if ((one.kind === 'mc-enable' || one.kind === 'mc-disable') && controllers.hasMc(one.mc)) {
        controllers.get(one.mc).enabled = one.kind === 'mc-enable'
      }
      if (one.kind === 'sensor-add' && controllers.eventType(one.mc, one.lun, one.number) !== undefined) {
        this.#sensors.poll(one)
      }
    }
  }

  /** The rest of a file, from its first `sleep` on; what fails is logged, with its place, and ends it. */
  async script(commands: readonly PlacedCommand[]): Promise<void> {
    for (const command of commands) {
      if (this.#closed) return
      try {
        await this.run(command)
      } catch (error) {
        const { file, line } = command.at
        this.#parts.log.error(
          { at: `${file}:${line}`, error: messageOf(error) },
          'the rest of the .emu file is left out',
        )
        return
      }
    }
  }

  async run(command: PlacedCommand): Promise<string> {
    const { controllers, persistence, log, clock, cwd } = this.#parts
    if (this.#closed) return ''
    switch (command.kind) {
      case 'mc-add':
        controllers.add(command.mc, command.identity)
        return ''
      case 'mc-guid':
        controllers.get(command.mc).guid = command.guid
        return ''
      case 'mc-enable':
      case 'mc-disable':
        controllers.get(command.mc).enabled = command.kind === 'mc-enable'
        return ''
      case 'mc-delete':
        this.#polls.removeOf(command.mc)
        controllers.delete(command.mc)
        return ''
      case 'sel-enable':
        controllers.get(command.mc).sel.resize(command.capacity, selSupport(command.flags))
        return ''
      case 'sel-add':
        return `Added record ${controllers.get(command.mc).sel.add(command.record)}`
      case 'main-sdr-add':
        // In memory only: a script that adds it at every start must not add it twice.
        controllers.get(command.mc).sdr.describe(`line ${++this.#records}`, command.record)
        return ''
      case 'device-sdr-add':
        this.#sensors.addDeviceSdr(command.mc, command.lun, command.record)
        return ''
      case 'fru-data':
        controllers.get(command.mc).fru.add({ device: command.device, data: () => command.data })
        return ''
      case 'fru-file':
        controllers.get(command.mc).fru.add(fruFile(command, cwd))
        return ''
      case 'fru-dump':
        return this.#dump(command.mc, command.device)
      case 'sleep':
        await sleep(clock, command.ms)
        return ''
      case 'debug':
        log.setDebug?.(command.on)
        return ''
      case 'persist':
        persistence.set(command.on)
        return ''
      case 'no-echo':
        return ''
      case 'quit':
        return this.#quit()
      default:
        return this.#sensor(command)
    }
  }

  close(): void {
    this.#closed = true
    this.#polls.close()
  }

  #sensor(command: SensorCommand): string {
    if (command.kind === 'sensor-add') this.#sensors.add(command)
    else this.#sensors.change(command)
    return ''
  }

  /** ipmi_sim's form: eight bytes a line. */
  #dump(mc: number, device: number): string {
    const { fru } = this.#parts.controllers.get(mc)
    const size = fru.size(device)
    const bytes = size === 0 ? new Uint8Array() : fru.read(device, 0, size)
    const words = Array.from(bytes, (byte) => ` 0x${byte.toString(16).padStart(2, '0')}`)
    const lines = Array.from({ length: Math.ceil(words.length / FRU_LINE) }, (_, i) =>
      words.slice(i * FRU_LINE, (i + 1) * FRU_LINE).join(''),
    )
    return lines.join('\n')
  }

  #quit(): string {
    const { quit, node } = this.#parts
    if (quit === undefined) {
      throw new BmcError('wrong-state', `this process runs more than ${node}; end all of it with "bmcsim down"`)
    }
    quit()
    return ''
  }
}
