/** What a terminal needs of the system that it is the terminal of. */
export interface TerminalSurroundings {
  readonly name: string
  readonly print: (output: string | Uint8Array) => void
  readonly now: () => number
  readonly uptimeMs: () => number
  readonly leave: (how: 'power off' | 'reboot') => void
}

const longestLine = 256

const rubOut = 0x7f

/** A getty, a login and a small shell. Typed bytes are echoed as they are, so UTF-8 survives. */
export class SimulatedTerminal {
  readonly #around: TerminalSurroundings
  #state: 'login' | 'password' | 'shell' = 'login'
  #user = ''
  #line: number[] = []
  #escape: 'none' | 'started' | 'sequence' = 'none'
  #afterReturn = false

  constructor(around: TerminalSurroundings) {
    this.#around = around
  }

  prompt(): void {
    const { name, print } = this.#around
    if (this.#state === 'login') print(`${name} login: `)
    else if (this.#state === 'password') print('Password: ')
    else print(`${this.#user}@${name}:~${this.#user === 'root' ? '#' : '$'} `)
  }

  type(bytes: Uint8Array): void {
    for (const byte of bytes) this.#key(byte)
  }

  #key(byte: number): void {
    const afterReturn = this.#afterReturn
    this.#afterReturn = byte === 0x0d
    if (this.#inEscape(byte)) return
    if (byte >= 0x20 && byte !== rubOut) this.#add(byte)
    else if (byte === 0x0d || (byte === 0x0a && !afterReturn)) this.#enter()
    else if (byte === 0x08 || byte === rubOut) this.#rubOut()
    else if (byte === 0x03) this.#abandon()
    else if (byte === 0x15) while (this.#line.length > 0) this.#rubOut()
    else if (byte === 0x04 && this.#line.length === 0 && this.#state === 'shell') this.#logOut()
  }

  #add(byte: number): void {
    if (this.#line.length >= longestLine) return
    this.#line.push(byte)
    if (this.#state !== 'password') this.#around.print(Uint8Array.of(byte))
  }

  /** Cursor keys and the like (ECMA-48: ESC [ parameters, one final byte) are swallowed whole. */
  #inEscape(byte: number): boolean {
    if (this.#escape === 'none') {
      if (byte !== 0x1b) return false
      this.#escape = 'started'
    } else if (this.#escape === 'started') {
      this.#escape = byte === 0x5b || byte === 0x4f ? 'sequence' : 'none'
    } else if (byte >= 0x40 && byte <= 0x7e) {
      this.#escape = 'none'
    }
    return true
  }

  #rubOut(): void {
    let byte = this.#line.pop()
    if (byte === undefined) return
    // A character of several UTF-8 bytes goes as a whole.
    while (byte !== undefined && byte >= 0x80 && byte < 0xc0) byte = this.#line.pop()
    if (this.#state !== 'password') this.#around.print('\b \b')
  }

  #abandon(): void {
    this.#line = []
    this.#around.print('^C\r\n')
    if (this.#state === 'password') this.#state = 'login'
    this.prompt()
  }

  #logOut(): void {
    this.#state = 'login'
    this.#around.print('logout\r\n\r\n')
    this.prompt()
  }

  #enter(): void {
    const text = new TextDecoder().decode(Uint8Array.from(this.#line))
    this.#line = []
    this.#around.print('\r\n')
    if (this.#state === 'shell') this.#run(text.trim())
    else if (this.#state === 'password') this.#logIn()
    else this.#greet(text.trim())
  }

  #greet(user: string): void {
    this.#user = user
    if (user === 'root') {
      this.#logIn()
      return
    }
    if (user !== '') this.#state = 'password'
    this.prompt()
  }

  /** Nothing is guarded here, so every user and password will do. */
  #logIn(): void {
    this.#state = 'shell'
    this.#say('This is a simulated machine: its system is a few lines of text. Type "help".')
    this.prompt()
  }

  #run(text: string): void {
    const [name = '', ...words] = text.split(/\s+/)
    if (name === 'exit' || name === 'logout') this.#logOut()
    else if (name === 'poweroff' || name === 'halt' || name === 'shutdown') this.#around.leave('power off')
    else if (name === 'reboot') this.#around.leave('reboot')
    else {
      if (name !== '') this.#say(this.#answer(name, words))
      this.prompt()
    }
  }

  #answer(name: string, words: readonly string[]): string {
    switch (name) {
      case 'help':
        return 'help  echo  hostname  uname  uptime  date  whoami  ipmitool  reboot  poweroff  exit'
      case 'echo':
        return words.join(' ')
      case 'hostname':
        return this.#around.name
      case 'uname':
        return words.includes('-a') ? `Simulated ${this.#around.name} 1.0 (no real machine)` : 'Simulated'
      case 'uptime':
        return `up ${uptimeText(this.#around.uptimeMs())}, 1 user`
      case 'date':
        return new Date(this.#around.now()).toISOString()
      case 'whoami':
        return this.#user
      case 'ipmitool':
        return 'No /dev/ipmi0 here: a simulated machine has no system interface. Use ipmitool -I lanplus from outside,\nor let this node be a QEMU machine, whose guest has one.'
      default:
        return `${name}: command not found (try "help")`
    }
  }

  #say(text: string): void {
    this.#around.print(`${text.replaceAll('\n', '\r\n')}\r\n`)
  }
}

function uptimeText(ms: number): string {
  const seconds = Math.floor(ms / 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
}
