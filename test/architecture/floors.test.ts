import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { breaches } from './floors.ts'

const src = join(import.meta.dirname, '../../src')

describe('the house', () => {
  it('stands: no import from the same floor or upward, nothing reaches around its ports', () => {
    const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
    expect(files.length).toBeGreaterThan(20)
    expect(breaches(new Map(files.map((name) => [name, readFileSync(join(src, name), 'utf8')])))).toEqual([])
  })
})

/** A small house that stands; each test below breaks it in one way. */
const sound = {
  'main.ts': `import { runCli } from './cli/cli.ts'\nrunCli()`,
  'cli/cli.ts': `import { Command } from 'commander'\nexport function runCli() { console.log(new Command()); process.exit(0) }`,
  'app/node.ts': `import '../backends/qemu/machine.ts'\nimport type { Config } from '../config/config.ts'`,
  'lan/listener.ts': `import { run } from '../commands/execute.ts'\nimport { createSocket } from 'node:dgram'`,
  'inband/door.ts': `export const door = 1`,
  'commands/execute.ts': `export { power as run } from '../bmc/power.ts'`,
  'bmc/power.ts': `import { off } from '../machine/machine.ts'\nexport const power = off`,
  'bmc/session.ts': `export const at = new Date(5) // Date.now() in a comment is no use of it`,
  'backends/qemu/machine.ts': `import '../../machine/machine.ts'`,
  'config/config.ts': `export interface Config { readonly name: string }`,
  'serial/telnet-port.ts': `export const open = () => import('telnet-stream')`,
  'machine/machine.ts': `export const off = 'setTimeout(() => {}, 1)'`,
  'ipmi/message.ts': `import { u8 } from '../base/bytes.ts'`,
  'base/bytes.ts': `export const u8 = 8`,
  'base/clock.ts': `export const clock = { now: () => Date.now(), after: setTimeout }\nsetInterval(() => {}, 9)`,
}

function broken(change: Readonly<Record<string, string>>): string[] {
  return breaches(new Map(Object.entries({ ...sound, ...change })))
}

describe('the guard of the house', () => {
  it('finds nothing in a sound one', () => expect(broken({})).toEqual([]))

  it.each([
    ['upward', 'bmc/power.ts', `\nimport '../commands/execute.ts'`, 'bmc/power.ts:2: bmc (floor 2) imports upward'],
    ['own floor', 'lan/listener.ts', `import '../inband/door.ts'`, 'lan/listener.ts:1: lan and inband share floor 4'],
    ['type-only', 'ipmi/message.ts', `import type { a } from '../bmc/power.ts'`, 'ipmi (floor 1) imports upward: bmc'],
    ['dynamic', 'ipmi/message.ts', `export const f = () => import('../bmc/power.ts')`, 'imports upward: bmc'],
    ['re-export', 'ipmi/message.ts', `export * from '../bmc/power.ts'`, 'imports upward: bmc'],
    ['type expression', 'ipmi/message.ts', `export type T = import('../bmc/power.ts').T`, 'imports upward: bmc'],
    ['computed', 'app/node.ts', `export const f = (name: string) => import(name)`, 'computed at run time'],
    ['missing file', 'app/node.ts', `import './gone.ts'`, 'imports app/gone.ts, which is not a file'],
    [
      'narrow room',
      'backends/qemu/machine.ts',
      `import '../../ipmi/message.ts'`,
      'may import only base, machine, serial',
    ],
    [
      'closed room',
      'lan/listener.ts',
      `import '../backends/qemu/machine.ts'`,
      'only app, lab, cli may import backends',
    ],
    ['closed config', 'bmc/power.ts', `import '../config/config.ts'`, 'bmc and config share floor 2'],
    ['config from lan', 'lan/listener.ts', `import '../config/config.ts'`, 'only app, lab, cli may import config'],
    ['main does more', 'main.ts', `import './app/node.ts'`, 'main may import only cli, base; not app'],
    ['room unknown', 'attic/server.ts', `export const a = 1`, 'room attic has no floor'],
    ['AGPL package', 'serial/tcp-port.ts', `import 'telnet-stream'`, 'telnet-stream is imported only by serial/telnet'],
    ['native package', 'app/node.ts', `export const f = () => import('node-pty')`, 'node-pty is imported only by'],
    ['own circle', 'bmc/session.ts', `import './session.ts'`, 'import circle bmc/session.ts -> bmc/session.ts'],
    ['Date.now', 'bmc/session.ts', `export const f = () => Date.now()`, 'Date.now reaches for the clock'],
    ['new Date()', 'bmc/session.ts', `export const f = new Date()`, 'new Date() reaches for the clock'],
    ['performance', 'bmc/session.ts', `export const f = performance.now`, 'performance.now reaches for the clock'],
    ['setTimeout', 'bmc/session.ts', `\n\nsetTimeout(() => {}, 1)`, 'bmc/session.ts:3: setTimeout reaches'],
    ['hidden timer', 'bmc/session.ts', `globalThis.setInterval(() => {}, 1)`, 'setInterval reaches for the clock'],
    [
      'timers module',
      'bmc/session.ts',
      `import { setTimeout as s } from 'node:timers/promises'`,
      'node:timers/promises',
    ],
    ['Math.random', 'ipmi/message.ts', `export const f = () => Math.random()`, 'Math.random reaches for chance'],
    ['randomBytes', 'bmc/session.ts', `import { randomBytes as r } from 'node:crypto'`, 'reaches for chance'],
    ['process.exit', 'app/node.ts', `export const f = () => process.exit(1)`, 'process.exit reaches for the terminal'],
    ['console.log', 'lab/lab.ts', `console.log('x')`, 'console.log reaches for the terminal'],
    ['stdout', 'lab/lab.ts', `process.stdout.write('x')`, 'process.stdout reaches for the terminal'],
  ])('sees %s', (_, path, text, expected) => {
    const found = broken({ [path]: text })
    expect(found.length).toBeGreaterThan(0)
    expect(found.join('\n')).toContain(expected)
  })

  it("knows a process or a console of the file's own from the global one", () => {
    const own = `import { spawn } from 'node:child_process'
const process = spawn('true')
export const f = ({ console }: { console: { log(text: string): void } }) => console.log(String(process.exit))`
    expect(broken({ 'app/node.ts': own })).toEqual([])
    const both = `export function f(console: { up: boolean }) { return console.up }\nconsole.log(f)`
    expect(broken({ 'app/node.ts': both })).toHaveLength(1)
    const imported = `import process from 'node:process'\nprocess.exit(1)`
    expect(broken({ 'app/node.ts': imported })).toHaveLength(1)
  })

  it('sees a circle of three files inside a room, once, types included', () => {
    const found = broken({
      'bmc/a.ts': `import { b } from './b.ts'\nexport const a = b`,
      'bmc/b.ts': `import type { c } from './c.ts'\nexport const b = 1 as typeof c`,
      'bmc/c.ts': `export { a as c } from './a.ts'`,
    })
    expect(found).toEqual(['bmc/a.ts:1: import circle bmc/a.ts -> bmc/b.ts -> bmc/c.ts -> bmc/a.ts'])
  })
})
