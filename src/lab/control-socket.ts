import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { SetupError } from '../base/errors.ts'

/** HTTP on a unix socket of mode 0600, and what was joined over it: all of it ends with `close`. */
export class ControlSocket {
  readonly #server: Server
  readonly #joined = new Set<Duplex>()
  #path: string | undefined

  constructor(door: {
    answer(request: IncomingMessage, response: ServerResponse): Promise<void>
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  }) {
    this.#server = createServer((request, response) => void door.answer(request, response))
    this.#server.on('upgrade', (request, socket, head) => door.upgrade(request, socket, head))
  }

  /** The caller holds the lab's lock, so a socket found at `path` is one that a killed process left. */
  async listen(path: string): Promise<void> {
    rmSync(path, { force: true })
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(new SetupError(`cannot open the control socket ${path}: ${error.message}`, { cause: error })),
      )
      // The folder is private (mode 0700), so nobody else can come in before the mode is set.
      this.#server.listen(path, resolve)
    })
    chmodSync(path, 0o600)
    this.#path = path
  }

  /** A connection that is no request any more. */
  keep(socket: Duplex): void {
    this.#joined.add(socket)
    socket.on('close', () => this.#joined.delete(socket))
  }

  close(): void {
    this.#server.close()
    this.#server.closeAllConnections()
    for (const socket of this.#joined) socket.destroy()
    if (this.#path !== undefined) rmSync(this.#path, { force: true })
  }
}
