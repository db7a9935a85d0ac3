import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Child, run, start } from './process.ts'
import { until } from './until.ts'

export interface ScreenOptions {
  readonly columns?: number
  readonly rows?: number
  readonly env: Readonly<Record<string, string>>
}

/** A shell in a terminal that tmux draws, which tells what a person would see. Its socket is in `folder`. */
export class Screen {
  readonly #socket: string
  readonly #server: Child
  readonly folder: string

  private constructor(folder: string, server: Child) {
    this.folder = folder
    this.#socket = join(folder, 'tmux')
    this.#server = server
  }

  static async open(folder: string, { columns = 100, rows = 24, env }: ScreenOptions): Promise<Screen> {
    // Of this test alone, without the user's configuration, and in the foreground, so that it ends with the test.
    const server = start('tmux', ['-S', join(folder, 'tmux'), '-f', '/dev/null', '-D'], {
      env: { TERM: 'xterm', LC_ALL: 'C.UTF-8' },
    })
    const screen = new Screen(folder, server)
    await until('the tmux server', () => existsSync(join(folder, 'tmux')))
    const variables = Object.entries({ LC_ALL: 'C.UTF-8', CI: '', NO_COLOR: '', ...env })
    const set = variables.flatMap(([name, value]) => ['-e', `${name}=${value}`])
    const size = ['-x', String(columns), '-y', String(rows)]
    await screen.#tmux('new-session', '-d', '-s', 'it', ...size, ...set, `cd ${folder}; PS1='prompt> ' exec sh`)
    await screen.waitFor('the prompt', /prompt> $/)
    return screen
  }

  async type(line: string): Promise<void> {
    await this.#tmux('send-keys', '-t', 'it', '-l', line)
    await this.key('Enter')
  }

  /** As tmux calls it: `C-c`, `Enter`. */
  async key(name: string): Promise<void> {
    await this.#tmux('send-keys', '-t', 'it', name)
  }

  /** What is on the screen, without the empty rows at its end. */
  text(): Promise<string> {
    return this.#capture()
  }

  /** The same with its colours. */
  coloured(): Promise<string> {
    return this.#capture('-e')
  }

  /** With all that has scrolled away. */
  history(): Promise<string> {
    return this.#capture('-S', '-')
  }

  /** Resolves with the screen when it looks like that. */
  async waitFor(what: string, looks: RegExp | ((text: string) => boolean), ms = 60_000): Promise<string> {
    let last = ''
    return until(
      what,
      async () => {
        last = await this.text()
        return (typeof looks === 'function' ? looks(last) : looks.test(last)) ? last : undefined
      },
      ms,
      () => `--- screen ---\n${last}`,
    )
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#tmux('resize-window', '-t', 'it', '-x', String(columns), '-y', String(rows))
  }

  async cursorIsVisible(): Promise<boolean> {
    const { stdout } = await this.#tmux('display-message', '-p', '-t', 'it', '#{cursor_flag}')
    return stdout === '1\n'
  }

  async close(): Promise<void> {
    await this.#tmux('kill-server')
    await this.#server.stop()
  }

  async #capture(...how: string[]): Promise<string> {
    const { stdout } = await this.#tmux('capture-pane', '-p', '-t', 'it', ...how)
    return Buffer.from(stdout, 'latin1').toString('utf8').trimEnd().replace(/>$/, '> ')
  }

  #tmux(...args: string[]) {
    return run('tmux', ['-S', this.#socket, ...args], { env: { TERM: 'xterm', LC_ALL: 'C.UTF-8' } })
  }
}
