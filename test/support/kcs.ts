import { hex } from '../../src/base/bytes.ts'
import type { QmpClient } from './qmp-client.ts'
import { until } from './until.ts'

/** The ports and bits of a KCS interface (IPMI 2.0 §9): where QEMU's isa-ipmi-kcs has it. */
const DATA = 0xca2
const COMMAND_STATUS = 0xca3
const OBF = 0x01
const IBF = 0x02
const SMS_ATN = 0x04
const [IDLE, READ] = [0, 1]

/** A guest's driver, played through QEMU's monitor: its reads and writes of I/O ports. */
export class Kcs {
  readonly #qmp: QmpClient

  constructor(qmp: QmpClient) {
    this.#qmp = qmp
  }

  async attention(): Promise<boolean> {
    return ((await this.#qmp.inPort(COMMAND_STATUS)) & SMS_ATN) !== 0
  }

  /** Sends NetFn, command and data; the answer as hex, completion code first. */
  async ask(netFn: number, cmd: number, ...data: readonly number[]): Promise<string> {
    await this.send(netFn, cmd, ...data)
    const answer: number[] = []
    await until('the answer to a KCS request', async () => {
      for (;;) {
        const status = await this.#ready()
        if (status >> 6 === IDLE) break
        if (status >> 6 !== READ || (status & OBF) === 0) return false
        answer.push(await this.#qmp.inPort(DATA))
        await this.#qmp.outPort(DATA, 0x68)
      }
      await this.#qmp.inPort(DATA)
      return true
    })
    return hex(Uint8Array.from(answer.slice(2)))
  }

  /** The question alone. */
  async send(netFn: number, cmd: number, ...data: readonly number[]): Promise<void> {
    const request = [netFn << 2, cmd, ...data]
    await this.#ready()
    await this.#qmp.outPort(COMMAND_STATUS, 0x61)
    for (const [at, byte] of request.entries()) {
      await this.#ready()
      if (at === request.length - 1) {
        await this.#qmp.outPort(COMMAND_STATUS, 0x62)
        await this.#ready()
      }
      await this.#qmp.outPort(DATA, byte)
    }
  }

  #ready(): Promise<number> {
    return until('the KCS interface to take a byte', async () => {
      const status = await this.#qmp.inPort(COMMAND_STATUS)
      return (status & IBF) === 0 ? { status } : undefined
    }).then(({ status }) => status)
  }
}
