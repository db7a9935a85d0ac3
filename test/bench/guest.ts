import { type ChildProcess, execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { initrd } from './cpio.ts'
import type { Report, Server, Servers } from './servers.ts'

/**
 * One guest with two BMCs: a Linux in QEMU with two KCS interfaces of the same kind, each wired to another BMC over the VM
 * codec. What it asks the one and then the other goes through the same kernel, driver and QEMU.
 */

const root = join(import.meta.dirname, '..')
const load = join(root, 'test/bench/load')

/** The KCS interfaces: I/O port and interrupt. Both interrupts are level-triggered, and no other device has them. */
const interfaces = [
  { port: '0xca2', irq: 10 },
  { port: '0xcb2', irq: 11 },
] as const

/** Why no guest can be started here, or undefined. */
export function guestIsMissing(): string | undefined {
  if (output('qemu-system-x86_64', '--version') === undefined) return 'QEMU is missing: install qemu-system-x86'
  if (image() === undefined) return 'the test guest is not built, or not from these files: run scripts/build-guest'
  return undefined
}

export class Guest {
  readonly #child: ChildProcess
  readonly #lines: AsyncIterator<string>
  readonly #said: string[] = []

  private constructor(child: ChildProcess) {
    this.#child = child
    if (child.stdout === null) throw new Error('the guest has no console')
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  }

  /** Boots it with an interface for each of two BMCs, which listen already. */
  static async start(servers: Servers, links: readonly [Server, Server]): Promise<Guest> {
    const folder = image()
    if (folder === undefined) throw new Error(guestIsMissing())
    const program = join(servers.folder, 'guest-inband')
    const sources = ['guest-inband.c', 'measure.c'].map((name) => join(load, name))
    execFileSync('cc', ['-static', '-O2', '-o', program, ...sources], { stdio: 'inherit' })
    const both = join(servers.folder, 'guest-initrd')
    const ours = initrd([
      { name: 'guest-inband', content: readFileSync(program) },
      { name: 'guest-init', content: readFileSync(join(load, 'guest-init')) },
    ])
    writeFileSync(both, Buffer.concat([ours, readFileSync(join(folder, 'initrd'))]))
    const args = [
      ...['-nodefaults', '-no-user-config', '-display', 'none', '-no-reboot', '-serial', 'stdio'],
      ...['-machine', 'pc,graphics=off', '-accel', 'tcg,tb-size=32', '-cpu', 'max,la57=off', '-m', '256'],
      ...['-kernel', join(folder, 'vmlinux'), '-initrd', both],
      ...['-append', 'console=ttyS0 loglevel=1 panic=-1 rdinit=/guest-init'],
      ...interfaces.flatMap(({ port, irq }, i) => [
        ...['-chardev', `socket,id=link${i},host=${links[i].host},port=${links[i].port},reconnect=1`],
        ...['-device', `ipmi-bmc-extern,id=bmc${i},chardev=link${i}`],
        ...['-device', `isa-ipmi-kcs,bmc=bmc${i},ioport=${port},irq=${irq}`],
      ]),
    ]
    const guest = new Guest(servers.spawn('qemu-system-x86_64', args, 'pipe'))
    await guest.#report(60_000)
    return guest
  }

  /** Get Device ID, so many times of each BMC, in short turns: the median of each, in microseconds of the guest. */
  async deviceIds(count: number): Promise<readonly [number, number]> {
    const [first, second] = interfaces
    this.#child.stdin?.write(`${count} ${first.port} ${second.port}\n`)
    const report = await this.#report(120_000)
    return [Number(report[first.port]), Number(report[second.port])]
  }

  /** Its next line of JSON. */
  async #report(withinMs: number): Promise<Report> {
    const timer = setTimeout(() => this.#child.kill(), withinMs)
    try {
      for (let next = await this.#lines.next(); next.done !== true; next = await this.#lines.next()) {
        if (next.value.startsWith('{')) return JSON.parse(next.value)
        this.#said.push(next.value)
      }
    } finally {
      clearTimeout(timer)
    }
    throw new Error(`the guest ended, or was ended after ${withinMs / 1000} s:\n${this.#said.slice(-10).join('\n')}`)
  }
}

let known: { readonly folder: string | undefined } | undefined

/** The folder of vmlinux and initrd. Asked once: the answer takes seconds. */
function image(): string | undefined {
  known ??= { folder: output(join(root, 'scripts/build-guest'), '--check')?.trim() }
  return known.folder
}

/** What a program prints, or undefined where it is missing or fails. */
function output(program: string, argument: string): string | undefined {
  try {
    return execFileSync(program, [argument], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}
