import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../../base/atomic-file.ts'
import { errnoOf } from '../../base/errors.ts'
import { folderName } from '../folders.ts'
import { HttpDoor } from '../http/http-door.ts'
import type { ServiceSurroundings } from './network-service.ts'

const host = '127.0.0.1'
/** As a guest on QEMU's user network calls the loopback of this machine. */
const fromGuest = '10.0.2.2'

/** Boot files for guests on QEMU's own network: its DHCP names the script, and leads to a server on our loopback. */
export class UserBoot {
  readonly #name: string
  readonly #kept: string
  readonly #around: ServiceSurroundings
  #door: HttpDoor | undefined
  #port = 0

  /** `of`: one of its nodes; another thread may serve others on the same network. */
  constructor(name: string, of: string, around: ServiceSurroundings) {
    this.#name = name
    this.#kept = join(around.folder, `port of ${folderName(of)}`)
    this.#around = around
  }

  /** At the port that it had before where that is free: a QEMU that runs on names it. */
  async open(): Promise<void> {
    const { folder } = this.#around
    const before = Number(readIfThere(this.#kept) ?? 0)
    this.#port = await this.#listen(before).catch((error: unknown) => {
      if (before === 0 || errnoOf(error) !== 'EADDRINUSE') throw error
      return this.#listen(0)
    })
    if (this.#port === before) return
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    writeAtomic(this.#kept, String(this.#port))
  }

  /** A word behind `user` of QEMU's `-netdev`. */
  netdevOptions(mac: string): string {
    return `bootfile=http://${fromGuest}:${this.#port}/${mac.replaceAll(':', '-')}/boot.ipxe`
  }

  close(): void {
    this.#door?.close()
  }

  #listen(port: number): Promise<number> {
    this.#door = new HttpDoor({ network: this.#name, files: new Map(), folder: undefined }, this.#around)
    return this.#door.listen({ host, port })
  }
}
