import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The servers that are compared, each started when it is first asked for and ended with the run. */

const root = join(import.meta.dirname, '..')
const source = join(root, 'test/bench')

export interface Server {
  readonly pid: number
  readonly host: string
  readonly port: number
}

/** What one run of the load generator prints. */
export type Report = Readonly<Record<string, number | boolean>>

export class Servers {
  readonly folder = mkdtempSync(join(tmpdir(), 'bmcsim-bench-'))
  readonly #children = new Set<ChildProcess>()
  readonly #servers = new Map<string, Promise<Server>>()
  #lab: ChildProcess | undefined
  /** A BMC's process, and what hangs on its serial port. */
  readonly #ofBmc = new Map<string, readonly ChildProcess[]>()

  constructor() {
    const c = (name: string) => join(source, 'load', name)
    const compile = (out: string, sources: string[], ...libraries: string[]) =>
      execFileSync(
        'cc',
        ['-O2', '-Wno-deprecated-declarations', '-o', join(this.folder, out), ...sources.map(c), ...libraries],
        { stdio: 'inherit' },
      )
    compile('load', ['load.c', 'console.c', 'measure.c', 'sol.c', 'inband.c'], '-lcrypto')
    compile('echo', ['echo.c'])
    compile('serial-peer', ['serial-peer.c'])
    mkdirSync(join(this.folder, 'run'), { mode: 0o700 })
  }

  /** One BMC (`bmcsim`, `ipmi_sim`: the same lan.conf, each with a serial port of its own), or an echo server. */
  server(name: string): Promise<Server> {
    let server = this.#servers.get(name)
    if (server === undefined) {
      server = this.#start(name)
      this.#servers.set(name, server)
    }
    return server
  }

  /** The next that asks for this BMC gets a new one. */
  async restart(name: string): Promise<void> {
    this.#servers.delete(name)
    for (const child of this.#ofBmc.get(name) ?? []) await this.stop(child)
  }

  /** Where the VM of `bmcsim` or `ipmi_sim` connects to. */
  async vmLink(name: string): Promise<Server> {
    const { pid } = await this.server(name)
    return { pid, host: '127.72.1.9', port: name === 'bmcsim' ? 7302 : 7301 }
  }

  /** Runs the load generator against a server. */
  async load(mode: string, server: Server, options: Readonly<Record<string, number | string>> = {}): Promise<Report> {
    const words = Object.entries({ pid: server.pid, ...options }).map(([name, value]) => `${name}=${value}`)
    const child = this.spawn(join(this.folder, 'load'), [mode, server.host, String(server.port), ...words])
    let out = ''
    let errors = ''
    child.stdout?.on('data', (chunk) => (out += chunk))
    child.stderr?.on('data', (chunk) => (errors += chunk))
    const code = await ended(child, 180_000, 'close')
    if (code !== 0) throw new Error(`load ${mode} of ${server.host}: ${errors.trim() || `ended with ${code}`}`)
    return JSON.parse(out)
  }

  /** `count` BMCs of the whole generic personality on successive addresses from 127.73.0.1 (250 in each /24), over worker threads or none. */
  async lab(count: number, workers = 0): Promise<{ server: Server; startMs: number; stop(): Promise<void> }> {
    // A row that failed has not stopped its own.
    if (this.#lab !== undefined) await this.stop(this.#lab)
    const file = join(this.folder, `lab${count}.yaml`)
    const state = join(this.folder, `lab${count}`)
    const ready = join(this.folder, `ready${count}`)
    rmSync(state, { recursive: true, force: true })
    rmSync(ready, { force: true })
    writeFileSync(file, labFile(count))
    const began = performance.now()
    const child = this.#bmcsim(['up', file, '--state', state, '--ready-file', ready, '--workers', String(workers)])
    this.#lab = child
    await until(`${count} BMCs`, () => existsSync(ready), child)
    const startMs = performance.now() - began
    return {
      server: { pid: pidOf(child), host: '127.73.0.1', port: 6230 },
      startMs,
      stop: () => this.stop(child),
    }
  }

  /** As many ipmi_sim processes, for what only many of them show. */
  async ipmiSims(count: number): Promise<{ stop(): Promise<void> }> {
    const children: ChildProcess[] = []
    for (let i = 0; i < count; i++) children.push(this.#ipmiSim(`many${i}`, `127.74.0.${i + 1}`, undefined, 0))
    await Promise.all(children.map((child, i) => until('ipmi_sim', () => listens(`127.74.0.${i + 1}`, 6230), child)))
    return { stop: async () => void (await Promise.all(children.map((child) => this.stop(child)))) }
  }

  /** One run of FreeIPMI's ipmipower over `count` hosts of a /24: seconds of wall time. Rejects unless every host says on or off. */
  async ipmipower(network: string, count: number, more: readonly string[]): Promise<number> {
    const hosts = Array.from({ length: count }, (_, i) => `${network}.${i + 1}:6230`).join(',')
    const account = ['-u', 'admin', '-p', 'password']
    const began = performance.now()
    const child = this.spawn('ipmipower', [
      '-h',
      hosts,
      '-D',
      'LAN_2_0',
      ...account,
      '-I',
      '3',
      '-l',
      'ADMIN',
      ...more,
      '--stat',
    ])
    let out = ''
    child.stdout?.on('data', (chunk) => (out += chunk))
    await ended(child, 60_000, 'close')
    const seconds = (performance.now() - began) / 1000
    const answered = out.match(/: (on|off)$/gm)?.length ?? 0
    if (answered !== count) throw new Error(`ipmipower: ${answered} of ${count} hosts answered:\n${out.slice(0, 2000)}`)
    return seconds
  }

  spawn(program: string, args: readonly string[], stdin: 'ignore' | 'pipe' = 'ignore'): ChildProcess {
    const child = spawn(program, args, { cwd: this.folder, stdio: [stdin, 'pipe', 'pipe'] })
    this.#children.add(child)
    child.on('exit', () => this.#children.delete(child))
    return child
  }

  async stop(child: ChildProcess): Promise<void> {
    child.kill('SIGTERM')
    await ended(child, 30_000)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#children].map((child) => this.stop(child)))
    rmSync(this.folder, { recursive: true, force: true })
  }

  async #start(name: string): Promise<Server> {
    switch (name) {
      case 'bmcsim':
        return this.#single(name, '127.72.1.2', 7202, 7302)
      case 'ipmi_sim':
        return this.#single(name, '127.72.1.1', 7201, 7301)
      case 'C echo':
        return this.#listening(this.spawn(join(this.folder, 'echo'), ['127.72.1.3', '6230']), '127.72.1.3')
      case 'Node echo':
        return this.#listening(
          this.spawn(process.execPath, [join(source, 'echo.mjs'), '127.72.1.4', '6230']),
          '127.72.1.4',
        )
      default:
        throw new Error(`no server is called ${name}`)
    }
  }

  async #single(name: string, host: string, serialPort: number, vmPort: number): Promise<Server> {
    const peer = this.spawn(join(this.folder, 'serial-peer'), ['127.72.1.9', String(serialPort)])
    await sleep(100)
    if (peer.exitCode !== null) throw new Error(`127.72.1.9 port ${serialPort} is taken`)
    const bmc =
      name === 'ipmi_sim'
        ? this.#ipmiSim(name, host, serialPort, vmPort)
        : this.#bmcsim(['ipmi-sim', ...this.#emulatorFiles(name, host, serialPort, vmPort), '-n'])
    this.#ofBmc.set(name, [bmc, peer])
    return this.#listening(bmc, host)
  }

  async #listening(child: ChildProcess, host: string): Promise<Server> {
    await until(`a server on ${host}`, () => listens(host, 6230), child)
    return { pid: pidOf(child), host, port: 6230 }
  }

  #bmcsim(args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [join(root, 'dist/main.js'), ...args], {
      cwd: this.folder,
      env: { ...process.env, BMCSIM_RUN_DIR: join(this.folder, 'run') },
      stdio: ['ignore', 'ignore', 'ignore'],
    })
    this.#children.add(child)
    child.on('exit', () => this.#children.delete(child))
    return child
  }

  #ipmiSim(name: string, host: string, serialPort: number | undefined, vmPort: number): ChildProcess {
    return this.spawn('ipmi_sim', [...this.#emulatorFiles(name, host, serialPort, vmPort), '-n'])
  }

  /** The same two files for both. */
  #emulatorFiles(name: string, host: string, serialPort: number | undefined, vmPort: number): string[] {
    const at = (suffix: string) => join(this.folder, `${name}${suffix}`)
    const more =
      serialPort === undefined
        ? ''
        : `  sol "tcp:127.72.1.9:${serialPort}" 115200\n  serial 15 127.72.1.9 ${vmPort} codec VM\n`
    writeFileSync(
      at('.conf'),
      `name "bench-${name}"
set_working_mc 0x20
  startlan 1
    addr ${host} 6230
    priv_limit admin
    allowed_auths_admin none md2 md5 straight
    guid a123456789abcdefa123456789abcdef
  endlan
${more}  user 2 true "admin" "password" admin 10 none md2 md5 straight
`,
    )
    writeFileSync(
      at('.emu'),
      'mc_setbmc 0x20\nmc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02\nmc_enable 0x20\n',
    )
    return ['-c', at('.conf'), '-f', at('.emu'), '-s', at('-state')]
  }
}

/** Processor time of all threads so far, in microseconds. */
export function cpuUs(pid: number): number {
  let ns = 0
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    ns += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0])
  }
  return ns / 1000
}

/** Proportional set size, MB of a million bytes. */
export function pssMb(pid: number): number {
  const kb = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]
  return (Number(kb) * 1024) / 1e6
}

function labFile(count: number): string {
  let sets = ''
  for (let from = 0, part = 0; from < count; from += 250, part++) {
    sets += `  r${part}n[1-${Math.min(250, count - from)}]: { bmc: { address: "127.73.${part}.[1-${Math.min(250, count - from)}]" } }\n`
  }
  return `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { port: 6230 }
nodes:
${sets}`
}

function pidOf(child: ChildProcess): number {
  if (child.pid === undefined) throw new Error(`${child.spawnfile} could not be started`)
  return child.pid
}

/** Whether a process of this machine has bound the address. */
function listens(host: string, port: number): boolean {
  const address = host
    .split('.')
    .reverse()
    .map((part) => Number(part).toString(16).padStart(2, '0').toUpperCase())
    .join('')
  return readFileSync('/proc/net/udp', 'utf8').includes(
    ` ${address}:${port.toString(16).toUpperCase().padStart(4, '0')} `,
  )
}

async function until(what: string, ready: () => boolean, child: ChildProcess): Promise<void> {
  for (const deadline = performance.now() + 60_000; performance.now() < deadline; await sleep(2)) {
    if (ready()) return
    if (child.exitCode !== null) throw new Error(`${what}: ${child.spawnfile} ended with ${child.exitCode}`)
  }
  throw new Error(`${what}: nothing after 60 s`)
}

/** `close`: and all that it said has been read. */
function ended(child: ChildProcess, withinMs: number, event: 'exit' | 'close' = 'exit'): Promise<number | null> {
  if ((event === 'exit' && child.exitCode !== null) || child.signalCode !== null) return Promise.resolve(child.exitCode)
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs)
    child.once(event, (code: number | null) => {
      clearTimeout(timer)
      resolve(code)
    })
  })
}
