import { createSocket } from 'node:dgram'

/** UDP ports of loopback for programs that are about to bind them. */
export class LoopbackPorts {
  /** Those that were given out: their programs may not have bound them yet. */
  readonly #given = new Set<number>()

  async take(): Promise<number> {
    for (;;) {
      const port = await freePort()
      if (this.#given.has(port)) continue
      this.#given.add(port)
      return port
    }
  }

  /** One that is in use by a program which was given it by an earlier process. */
  keep(port: number): void {
    this.#given.add(port)
  }

  giveBack(port: number): void {
    this.#given.delete(port)
  }
}

async function freePort(): Promise<number> {
  const probe = createSocket('udp4')
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject)
    probe.bind(0, '127.0.0.1', resolve)
  })
  const { port } = probe.address()
  await new Promise<void>((resolve) => probe.close(resolve))
  return port
}
