import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Progress } from '../../../../src/app/ready/progress.ts'
import { Readiness } from '../../../../src/app/ready/readiness.ts'
import { type Goal, waitFor } from '../../../../src/app/ready/wait.ts'
import { Listeners } from '../../../../src/base/listeners.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import type { ReadyCheck } from '../../../../src/config/config.ts'
import { ConsoleHub } from '../../../../src/console/hub.ts'
import { MemoryScrollback } from '../../../../src/console/scrollback.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { FakePort } from '../../../support/fake-port.ts'
import { until } from '../../../support/until.ts'

let clock: FakeClock
let machine: FakeMachine
let port: FakePort
let progress: Progress
let readiness: Readiness | undefined
const started = new Listeners<[]>()
const open: Server[] = []

beforeEach(() => {
  clock = new FakeClock()
  machine = new FakeMachine()
  port = new FakePort()
  const hub = new ConsoleHub({ port, scrollback: new MemoryScrollback(256), log: silentLogger })
  progress = new Progress({ machine, hub, power: { onStarted: (fn) => started.add(fn) } })
  readiness = undefined
})
afterEach(() => {
  readiness?.close()
  for (const server of open.splice(0)) server.close()
})

const checked = () => ({ progress, clock, log: silentLogger, cwd: '/' })

function ready(...checks: ReadyCheck[]): Readiness {
  readiness = new Readiness({ checks, timeoutMs: 60_000 }, checked())
  return readiness
}

function waiting(goal: Goal, timeoutMs = 10_000) {
  const stages: string[] = []
  const missing: string[] = []
  const called = new AbortController()
  const options = {
    timeoutMs,
    cancelled: called.signal,
    onStage: (stage: string) => void stages.push(stage),
    onMissing: (texts: readonly string[]) => void missing.push(texts.join(' + ')),
  }
  const result = waitFor(goal, { checked: checked(), machine, readiness }, options)
  return { result, stages, missing, callOff: () => called.abort() }
}

/** Lets the clock go on until it ends: sockets and processes take real time between its steps. */
async function ended<T>(result: Promise<T>, stepMs = 500): Promise<T> {
  let value: { readonly of: T } | undefined
  void result.then((of) => {
    value = { of }
  })
  return (
    await until('the end of the wait', () => {
      if (value === undefined) clock.advance(stepMs)
      return value
    })
  ).of
}

async function powerOn() {
  await machine.powerOn({})
  started.call()
}

async function listen(banner: string): Promise<number> {
  const server = createServer((socket) => socket.on('error', () => {}).end(banner)).listen(0, '127.0.0.1')
  open.push(server)
  await once(server, 'listening')
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

describe('the stage of a node', () => {
  it('follows power, the first byte, the hand-over to what is booted, and its checks', async () => {
    ready({ kind: 'console', text: 'login:' })
    const { stages, result } = waiting({ kind: 'ready' })
    await powerOn()
    port.say('SeaBIOS\r\n')
    port.say('Booti')
    port.say('ng from Hard Disk...\r\n')
    port.say('cn01 log')
    port.say('in: ')
    expect(await result).toMatchObject({ good: true, stage: 'ready', power: 'on', missing: [] })
    expect(stages).toEqual(['off', 'start', 'firmware', 'boot', 'ready'])
    machine.becomes('off', 'guest')
    expect(progress.stage).toBe('off')
    expect(clock.waiting).toBe(0)
  })

  it('begins again with a reset, by a verb or by the guest', async () => {
    await powerOn()
    port.say('Booting from ROM...')
    expect(progress.stage).toBe('boot')
    started.call()
    expect(progress.stage).toBe('start')
    port.say('x')
    expect(progress.stage).toBe('firmware')
    machine.wasReset()
    expect(progress.stage).toBe('start')
    expect(progress.said()).toHaveLength(0)
  })

  it('is boot when the guest asks its BMC, console or not', async () => {
    await powerOn()
    progress.guestAsks()
    expect(progress.stage).toBe('boot')
  })
})

describe('what is waited for', () => {
  it('is not there by what an earlier boot said', async () => {
    await powerOn()
    port.say('login:')
    machine.becomes('off', 'guest')
    await powerOn()
    const text = { kind: 'check', check: { kind: 'console', text: 'login:' } } as const
    const late = waiting(text, 5_000)
    clock.advance(5_000)
    expect(await late.result).toMatchObject({ good: false, afterMs: 5_000, missing: ['console "login:": not said'] })
    port.say('login:')
    expect(await waiting(text).result).toMatchObject({ good: true })
  })

  it('needs every check, and says what is missing and why', async () => {
    const there = await listen('')
    const gone = await listen('')
    open.pop()?.close()
    ready(
      { kind: 'tcp', host: '127.0.0.1', port: there },
      { kind: 'tcp', host: '127.0.0.1', port: gone },
      { kind: 'inband' },
      { kind: 'command', command: 'echo no; exit 3' },
    )
    await powerOn()
    const { result, missing } = waiting({ kind: 'ready' }, 4_000)
    const end = await ended(result)
    // Who waits is told as it changes: all of them at first, at the end what is left.
    expect(missing[0]).toContain(`tcp 127.0.0.1:${there} + tcp 127.0.0.1:${gone} + inband: not asked + command`)
    expect(missing.at(-1)).toBe(end.missing.join(' + '))
    expect(end).toMatchObject({
      good: false,
      stage: 'start',
      missing: [
        `tcp 127.0.0.1:${gone}: connection refused`,
        'inband: not asked',
        'command "echo no; exit 3": "echo no; exit 3" ended with status 3: no',
      ],
    })
  })

  it('tries again: an SSH server that comes up later, behind lines that are no version', async () => {
    const other = await listen('220 mail\r\n')
    const server = waiting({ kind: 'check', check: { kind: 'ssh', host: '127.0.0.1', port: other } }, 2_000)
    await powerOn()
    expect(await ended(server.result)).toMatchObject({
      good: false,
      missing: [`ssh 127.0.0.1:${other}: closed at once`],
    })
    const ssh = await listen('hello\r\nSSH-2.0-test\r\n')
    const good = waiting({ kind: 'check', check: { kind: 'ssh', host: '127.0.0.1', port: ssh } })
    expect(await ended(good.result)).toMatchObject({ good: true })
  })

  it('is power', async () => {
    const on = waiting({ kind: 'power', power: 'on' })
    await powerOn()
    expect(await on.result).toMatchObject({ good: true, power: 'on' })
    const off = waiting({ kind: 'power', power: 'off' }, 1_000)
    clock.advance(1_000)
    expect(await off.result).toMatchObject({ good: false, missing: ['power off'] })
  })

  it('is let go of when the waiting is called off: no timer and no process stays', async () => {
    const { result, callOff } = waiting({ kind: 'check', check: { kind: 'command', command: 'sleep 60' } })
    await powerOn()
    callOff()
    expect(await result).toMatchObject({ good: false })
    await until('the end of the command', () => clock.waiting === 0)
  })
})

it('is looked at until the time of "ready" is over, and then only while somebody waits', async () => {
  const port = await listen('')
  open.pop()?.close()
  ready({ kind: 'tcp', host: '127.0.0.1', port })
  await powerOn()
  await until('the first try', () => readiness?.missing[0]?.includes('refused'))
  clock.advance(60_000)
  await until('the end of the tries', () => clock.waiting === 0)
  const { result } = waiting({ kind: 'ready' }, 3_000)
  expect(await ended(result)).toMatchObject({ good: false, missing: [`tcp 127.0.0.1:${port}: connection refused`] })
  await until('the end of the tries', () => clock.waiting === 0)
})
