import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createServer, Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Clock } from '../../base/clock.ts'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { packageFolder } from '../../base/package-folder.ts'
import { FrameStream, frameOnStream } from '../segment/frame-stream.ts'
import { type StationFacts, stationScript } from './station-script.ts'

/** Three programs start for it, on a machine that may be busy. */
const START_MS = 20_000
const KILL_MS = 2_000
/** What a relay that is slow may be behind; frames beyond that are lost, as in a switch. */
const mostBehindBytes = 4 * 1024 * 1024
/** Enough for an error message. */
const keptWords = 2_000

const giver = join(packageFolder, 'dist', 'listener-giver.js')

export interface StationOptions {
  /** The network, for messages. */
  readonly network: string
  readonly facts: Omit<StationFacts, 'SOCKET' | 'NODE' | 'GIVER'>
  /** Where frames are passed on; in a folder that only we get into. */
  readonly socketPath: string
  /** A frame that the station sends. */
  readonly receive: (frame: Uint8Array) => void
  /** A line that one of its programs printed. */
  readonly says: (line: string) => void
  readonly clock: Clock
  readonly log: Logger
}

/**
 * A station of ours on a segment: a network namespace with a card in the segment, in which dnsmasq runs and a TCP port is
 * listened on. It takes no root: an ordinary user makes a user namespace of his own around it. A frame goes from
 * the tap in there to a QEMU without a machine, and from there through a unix socket, which namespaces do not keep apart, to us.
 */
export class Station {
  readonly #options: StationOptions
  readonly #listening = createServer((socket) => this.#relayIs(socket))
  #child: ChildProcess | undefined
  #relay: Socket | undefined
  #words = ''

  constructor(options: StationOptions) {
    this.#options = options
  }

  /** The process at whose end all of it ends; undefined: none runs. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Resolves with the listener in there, when frames go in and out. Rejects with a SetupError that says what is in the way. */
  async start(ended: () => void): Promise<Server> {
    const { socketPath, clock } = this.#options
    rmSync(socketPath, { force: true })
    await new Promise<void>((resolve, reject) => {
      this.#listening.once('error', reject)
      this.#listening.listen(socketPath, resolve)
    })
    const child = this.#spawn()
    this.#child = child
    const related = new Promise<void>((resolve) => this.#listening.once('connection', () => resolve()))
    const given = new Promise<Server>((resolve, reject) => {
      child.on('message', (message, handed) => {
        if (handed instanceof Server) resolve(handed)
        else reject(new SetupError(`${this.#whose}: cannot listen there: ${JSON.stringify(message)}`))
      })
    })
    const failed = new Promise<never>((_, reject) => {
      child.once('error', (error) => reject(this.#failure(messageOf(error))))
      child.once('close', (code, signal) => reject(this.#failure(signal ?? `status ${code}`)))
      clock.after(START_MS, () => reject(this.#failure(`nothing came of it within ${START_MS / 1000} s`)))
    })
    try {
      const [listener] = await Promise.race([Promise.all([given, related]), failed])
      child.once('exit', () => {
        if (this.#child !== child) return
        this.#child = undefined
        this.#listening.close()
        ended()
      })
      return listener
    } catch (error) {
      given.then((listener) => listener.close()).catch(() => {})
      await this.stop()
      throw error
    } finally {
      failed.catch(() => {})
    }
  }

  /** To whoever is in there. */
  send(frame: Uint8Array): void {
    const relay = this.#relay
    if (relay !== undefined && relay.writableLength < mostBehindBytes) relay.write(frameOnStream(frame))
  }

  /** dnsmasq reads its lists of hosts again. */
  reload(): void {
    this.#child?.stdin?.write('\n')
  }

  /** Resolves when all of it is gone. */
  async stop(): Promise<void> {
    this.#listening.close()
    this.#relay?.destroy()
    const child = this.#child
    this.#child = undefined
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
    await new Promise<void>((resolve) => {
      const kill = this.#options.clock.after(KILL_MS, () => child.kill('SIGKILL'))
      child.once('exit', () => {
        kill.cancel()
        resolve()
      })
      child.stdin?.end()
    })
  }

  get #whose(): string {
    return `network ${this.#options.network}`
  }

  #spawn(): ChildProcess {
    const { facts, socketPath, says } = this.#options
    const asWhom = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']
    const child = spawn('unshare', [...asWhom, '--net', '--pid', '--fork', '--kill-child', 'sh', '-c', stationScript], {
      stdio: ['pipe', 'pipe', 'pipe', 'ipc'],
      // A group of its own: Ctrl-C on a terminal is for us to hear.
      detached: true,
      env: {
        ...facts,
        SOCKET: socketPath.replaceAll(',', ',,'),
        NODE: process.execPath,
        GIVER: giver,
        PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin`,
      },
    })
    child.stdin?.on('error', () => {}) // it has ended: its exit tells
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue
      createInterface(stream).on('line', (line) => {
        this.#words = `${this.#words}${line}\n`.slice(-keptWords)
        says(line)
      })
    }
    return child
  }

  #relayIs(socket: Socket): void {
    const { receive, log, network } = this.#options
    this.#relay?.destroy()
    this.#relay = socket
    const frames = new FrameStream(receive)
    socket.on('data', (chunk) => {
      if (frames.take(chunk)) return
      log.warn({ network }, 'the relay of frames sends something else; it is cut off')
      socket.destroy()
    })
    socket.on('error', () => {}) // its end is the station's
  }

  #failure(why: string): SetupError {
    return new SetupError(`${this.#whose}: ${reasonOf(this.#words, why)}`)
  }
}

/** What stands in the way, in words of what to do about it. */
export function reasonOf(words: string, why: string): string {
  const instead = 'or let one of its nodes serve DHCP and boot files (docs/boot.md)'
  if (/ENOENT/.test(why)) return `unshare is not on this machine; install it (Debian package util-linux), ${instead}`
  if (/\bip: .*not found/.test(words)) return 'ip is not on this machine; install it (Debian package iproute2)'
  if (/^unshare: /m.test(words) || /^failed: ip link set lo up$/m.test(words)) {
    const where =
      'kernel.unprivileged_userns_clone, user.max_user_namespaces, kernel.apparmor_restrict_unprivileged_userns'
    return `dhcp and boot on a segment need a user namespace, which is refused here (${lastOf(words)}); allow it (sysctl: ${where}), start bmcsim as root, ${instead}`
  }
  if (/^failed: ip tuntap add$/m.test(words)) {
    return `dhcp and boot on a segment need /dev/net/tun, which cannot be used here (${lastOf(words)}); load the module tun and let everybody open it (mode 0666, as distributions have it), start bmcsim as root, ${instead}`
  }
  const said = words.trim().split('\n').slice(-5).join('; ')
  return `its DHCP and boot service did not start (${why})${said === '' ? '' : `: ${said}`}`
}

/** The last line that says something itself. */
function lastOf(words: string): string {
  const lines = words
    .trim()
    .split('\n')
    .filter((line) => !line.startsWith('failed: '))
  return lines[lines.length - 1] ?? 'no reason given'
}
