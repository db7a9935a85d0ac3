import { type Lab, program } from './bmcsim.ts'
import { testGuestFolder } from './find-test-guest.ts'
import { type Child, start } from './process.ts'
import { readable } from './terminal.ts'
import { until } from './until.ts'

/** True where the test guest is built and up to date. Where not: a failure in CI, else its tests are skipped, loudly. */
export function requireTestGuest(): boolean {
  if (testGuestFolder() !== '') return true
  const words = 'the test guest is not built, or not from these files: run scripts/build-guest'
  if (process.env.CI === 'true') throw new Error(words)
  process.stderr.write(`\n*** SKIPPED: ${words} ***\n\n`)
  return false
}

export interface GuestAnswer {
  readonly code: number
  /** Standard output and standard error. */
  readonly output: string
}

/** A shell in the test guest, by the console of its node; opened before the node is powered on. */
export class GuestShell {
  readonly console: Child
  #count = 0

  constructor(lab: Lab, node: string, env: Readonly<Record<string, string>>) {
    this.console = start(process.execPath, [program, 'console', node, '--no-backlog', '--state', lab.state], { env })
  }

  /**
   * Waits until the guest has started. Its shell then reads line by line and echoes nothing, and its kernel keeps to itself what it
   * would say amid the answers: a busy machine gives it much to say.
   */
  async booted(ms = 240_000): Promise<string> {
    const output = await this.#prompt(ms)
    this.console.forget()
    this.console.send('dmesg -n 1; stty -echo -onlcr; echo li\'\'stening; while read -r line; do eval "$line"; done\r')
    await this.console.waitFor(/listening\r?\n/, 60_000, readable)
    return output
  }

  /** Waits until the guest's driver has found the BMC, which it does in the background. */
  async foundBmc(): Promise<void> {
    const waiting = 'n=0; until [ -e /dev/ipmi0 ] || [ $n -ge 600 ]; do usleep 100000; n=$((n+1)); done'
    await this.ok(`${waiting}; ls /dev/ipmi0`)
  }

  /** Another one where the first was said before we listened, or the kernel had a word in between: Enter brings it. */
  #prompt(ms: number): Promise<string> {
    let asked = performance.now()
    return until(
      `a prompt from ${this.console.name}`,
      () => {
        const output = readable(this.console.output)
        if (/test-guest:\S*# /.test(output)) return output
        if (!this.console.running) throw new Error(`the console has ended:\n${output}`)
        if (performance.now() - asked > 20_000) {
          this.console.send('\r')
          asked = performance.now()
        }
        return undefined
      },
      ms,
      () => readable(this.console.output),
    )
  }

  async run(command: string, ms = 120_000): Promise<GuestAnswer> {
    return this.#mark(command, ms)
  }

  /** The output of a command that must succeed. */
  async ok(command: string, ms?: number): Promise<string> {
    const { code, output } = await this.run(command, ms)
    if (code !== 0) throw new Error(`${command} in the guest ended with ${code}\n${output}`)
    return output
  }

  async #mark(command: string, ms: number): Promise<GuestAnswer> {
    this.#count++
    this.console.forget()
    this.console.send(`{ ${command}; } </dev/null 2>&1; echo "<$?>"${this.#count}.\n`)
    const end = new RegExp(`<(\\d+)>${this.#count}\\.\\r?\\n`)
    const output = readable(await this.console.waitFor(end, ms, readable))
    const [all = '', code = ''] = end.exec(output) ?? []
    return { code: Number(code), output: output.slice(0, output.indexOf(all)).replaceAll('\r', '') }
  }
}
