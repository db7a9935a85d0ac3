import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { SetupError } from '../../../src/base/errors.ts'
import { type Logger, silentLogger } from '../../../src/base/logger.ts'
import { InbandDoor } from '../../../src/inband/inband-door.ts'
import type { Listen } from '../../../src/inband/listen.ts'
import type { InbandHandler, InbandReply } from '../../../src/inband/vm-connection.ts'
import { encodeVmMessage } from '../../../src/ipmi/vm-codec.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { FakeVm } from '../../support/fake-vm.ts'

const greeting = 'ff 01 a1 00 a1'
const getDeviceId = '00 18 01 e7 a0'

let folder: string
let path: string
let clock: FakeClock
const closing: (() => unknown)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bmcsim-inband-'))
  path = join(folder, 'vm')
  clock = new FakeClock()
})

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
  rmSync(folder, { recursive: true })
})

async function openDoor(listen: Listen = { path }, log: Logger = silentLogger): Promise<InbandDoor> {
  const door = new InbandDoor({ listen, clock, log })
  closing.push(() => door.close())
  await door.listen()
  return door
}

function connectVm(where: string | { host: string; port: number } = path): FakeVm {
  const vm = new FakeVm(where)
  closing.push(() => vm.end())
  return vm
}

/** The next change of `door.connected`. */
function nextChange(door: InbandDoor): Promise<boolean> {
  return new Promise((resolve) => {
    const stop = door.onConnected((connected) => {
      stop()
      resolve(connected)
    })
  })
}

/** Answers later, in the test's own time; `asked` holds what came. */
function slowHandler() {
  const asked: { cmd: number; answer: (reply: InbandReply) => void }[] = []
  const handler: InbandHandler = (_netFn, _lun, cmd) => new Promise((answer) => asked.push({ cmd, answer }))
  return { asked, handler }
}

/** Get Device ID with data that it has no use for. */
function request(seq: number, length: number): Uint8Array {
  return encodeVmMessage({ seq, netFn: 6, lun: 0, cmd: 1, data: new Uint8Array(length) })
}

const ok = (...data: number[]): InbandReply => ({ completionCode: 0, data: Uint8Array.from(data) })

describe('the handshake', () => {
  test('both sides say who they are; capabilities last as long as the connection', async () => {
    const door = await openDoor()
    const vm = connectVm()
    await vm.receive(greeting)
    expect(door.connected).toBe(true)
    expect(door.capabilities.power).toBe(false)
    vm.send('ff 01 a1 08 3f a1')
    await expect
      .poll(() => door.capabilities)
      .toEqual({
        power: true,
        reset: true,
        irq: true,
        nmi: true,
        attention: true,
        gracefulShutdown: true,
      })
    const gone = nextChange(door)
    vm.end()
    expect(await gone).toBe(false)
    expect(door.connected).toBe(false)
    expect(door.capabilities.power).toBe(false)
  })

  test('a VM of another version is served as one of ours, and said so once', async () => {
    const warnings: object[] = []
    const door = await openDoor({ path }, { ...silentLogger, warn: (facts) => warnings.push(facts) })
    door.serve(() => ok())
    const vm = connectVm()
    vm.send(`ff 02 a1 08 3f a1 ff a1 ff 02 a1 ${getDeviceId}`)
    await vm.receive('00 1c 01 00 e3 a0')
    expect(warnings).toEqual([{ version: 2 }])
    expect(door.capabilities.power).toBe(true)
  })

  test('a VM that comes back is greeted again', async () => {
    const door = await openDoor()
    const first = connectVm()
    await first.receive(greeting)
    const gone = nextChange(door)
    first.end()
    await gone
    await connectVm().receive(greeting)
    expect(door.connected).toBe(true)
  })
})

describe('requests', () => {
  test('reach the handler in pieces or together and are answered in order with their seq', async () => {
    const door = await openDoor()
    const asked: unknown[] = []
    door.serve((netFn, lun, cmd, data) => {
      asked.push([netFn, lun, cmd, ...data])
      return ok(0xa0, cmd)
    })
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send('00 18')
    vm.send('01 e7 a0 01 18 34 aa b0 07 0c a0')
    await vm.receive('00 1c 01 00 aa b0 01 42 a0 01 1c 34 00 aa b0 34 db a0')
    expect(asked).toEqual([
      [6, 0, 1],
      [6, 0, 0x34, 0xa0, 0x07],
    ])
  })

  test('a slow answer holds the next back, so that order is kept', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(`${getDeviceId} 01 18 02 e5 a0`)
    await expect.poll(() => asked.length).toBe(1)
    asked[0].answer(ok())
    await vm.receive('00 1c 01 00 e3 a0')
    await expect.poll(() => asked.length).toBe(2)
    asked[1].answer(ok())
    expect(await vm.receive('01 1c 02 00 e1 a0')).toBe('')
  })

  test('a late answer is C3h in time, never sent itself, and shifts nothing', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(getDeviceId)
    await expect.poll(() => asked.length).toBe(1)
    clock.advance(3500)
    expect(await vm.receive('00 1c 01 c3 20 a0')).toBe('')
    vm.send('01 18 02 e5 a0')
    await expect.poll(() => asked.length).toBe(2)
    asked[0].answer(ok())
    asked[1].answer(ok())
    expect(await vm.receive('01 1c 02 00 e1 a0')).toBe('')
  })

  test('what waited behind it too long is not run and is C3h as well', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(`${getDeviceId} 01 18 02 e5 a0`)
    await expect.poll(() => asked.length).toBe(1)
    clock.advance(3500)
    expect(await vm.receive('01 1c 02 c3 1e a0')).toBe('00 1c 01 c3 20 a0')
    expect(asked).toHaveLength(1)
  })

  test('what the VM itself has given up is not answered any more', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(getDeviceId)
    await expect.poll(() => asked.length).toBe(1)
    clock.stall(3900)
    vm.send('01 18 02 e5 a0')
    asked[0].answer(ok())
    await expect.poll(() => asked.length).toBe(2)
    asked[1].answer(ok())
    expect(await vm.receive('01 1c 02 00 e1 a0')).toBe('')
  })

  test('the longest message of a guest is taken, one more byte is none', async () => {
    const door = await openDoor()
    const lengths: number[] = []
    door.serve((_netFn, _lun, _cmd, data) => {
      lengths.push(data.length)
      return ok(...new Array<number>(251).fill(0xaa))
    })
    const vm = connectVm()
    await vm.receive(greeting)
    // netFn/lun, cmd and 298 bytes of data are the 300 that QEMU's interfaces hold.
    vm.send(`${hex(request(1, 299))} ${hex(request(2, 298))}`)
    await vm.receive(`02 1c 01 00 ${'aa ba '.repeat(251)}`)
    expect(lengths).toEqual([298])
  })

  test('half a frame dies with its connection', async () => {
    const door = await openDoor()
    const asked: number[] = []
    door.serve((_netFn, _lun, cmd) => {
      asked.push(cmd)
      return ok()
    })
    const first = connectVm()
    await first.receive(greeting)
    const gone = nextChange(door)
    first.send('00 18 aa')
    first.end()
    await gone
    const second = connectVm()
    second.send(getDeviceId)
    expect(await second.receive('00 1c 01 00 e3 a0')).toBe(greeting)
    expect(asked).toEqual([1])
  })

  test('an answer in time is sent', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(getDeviceId)
    await expect.poll(() => asked.length).toBe(1)
    clock.advance(3499)
    asked[0].answer(ok())
    await vm.receive('00 1c 01 00 e3 a0')
  })

  test('an answer for a VM that has gone does not reach the next VM', async () => {
    const door = await openDoor()
    const { asked, handler } = slowHandler()
    door.serve(handler)
    const first = connectVm()
    first.send(getDeviceId)
    await expect.poll(() => asked.length).toBe(1)
    const gone = nextChange(door)
    first.end()
    await gone
    const second = connectVm()
    await second.receive(greeting)
    asked[0].answer(ok())
    second.send('07 18 02 df a0')
    await expect.poll(() => asked.length).toBe(2)
    asked[1].answer(ok())
    expect(await second.receive('07 1c 02 00 db a0')).toBe('')
  })

  test.each([
    [
      'throws',
      (): InbandReply => {
        throw new Error('broken')
      },
    ],
    ['rejects', (): Promise<InbandReply> => Promise.reject(new Error('broken'))],
  ])('a handler that %s is FFh', async (_name, handler) => {
    const door = await openDoor()
    door.serve(handler)
    const vm = connectVm()
    vm.send(getDeviceId)
    await vm.receive('00 1c 01 ff e4 a0')
  })

  test('an answer too long for the interface is CAh', async () => {
    const door = await openDoor()
    door.serve(() => ok(...new Array<number>(252).fill(1)))
    const vm = connectVm()
    vm.send(getDeviceId)
    await vm.receive('00 1c 01 ca 19 a0')
  })

  test('before anything serves them they are D2h at once', async () => {
    await openDoor()
    const vm = connectVm()
    vm.send(getDeviceId)
    await vm.receive('00 1c 01 d2 11 a0')
  })

  test('rubbish and responses are passed over', async () => {
    const door = await openDoor()
    door.serve(() => ok())
    const vm = connectVm()
    await vm.receive(greeting)
    vm.send(`00 18 01 e8 a0 ${'55'.repeat(5000)} a0 00 1c 01 00 e3 a0 ${getDeviceId}`)
    expect(await vm.receive('00 1c 01 00 e3 a0')).toBe('')
  })

  test('a VM that never reads its answers loses the link, not our memory', async () => {
    const door = await openDoor()
    door.serve(() => ok(...new Array<number>(251).fill(1)))
    const vm = connectVm()
    await vm.receive(greeting)
    vm.stopReading()
    const gone = nextChange(door)
    for (let i = 0; i < 5000; i++) vm.send(getDeviceId)
    expect(await gone).toBe(false)
  })
})

describe('the VM link', () => {
  test('verbs are control commands', async () => {
    const door = await openDoor()
    const vm = connectVm()
    await vm.receive(greeting)
    door.powerOff()
    door.reset()
    door.nmi()
    door.gracefulShutdown()
    await vm.receive('03 a1 04 a1 07 a1 09 a1')
  })

  test('attention and interrupts are told once, and again to a VM that comes later', async () => {
    const door = await openDoor()
    door.allowInterrupts(false)
    door.allowInterrupts(true)
    door.signal('attention')
    const first = connectVm()
    await first.receive(`${greeting} 05 a1 01 a1`)
    door.signal('attention')
    door.signal('attention with interrupt')
    door.signal('none')
    door.allowInterrupts(false)
    expect(await first.receive('02 a1 00 a1 06 a1')).toBe('')
    const gone = nextChange(door)
    first.end()
    await gone
    const second = connectVm()
    expect(await second.receive(`${greeting} 06 a1`)).toBe('')
    door.signal('attention')
    expect(await second.receive('01 a1')).toBe('')
  })

  test('a VM that does not say whether it may interrupt is left as it is', async () => {
    const door = await openDoor()
    door.allowInterrupts(false)
    const vm = connectVm()
    await vm.receive(greeting)
    door.nmi()
    expect(await vm.receive('07 a1')).toBe('')
  })

  test('a reset of the VM is told', async () => {
    const door = await openDoor()
    door.serve(() => ok())
    let resets = 0
    door.onReset(() => resets++)
    const vm = connectVm()
    vm.send(`04 a1 04 00 a1 ${getDeviceId}`)
    await vm.receive('00 1c 01 00 e3 a0')
    expect(resets).toBe(1)
  })

  test('verbs without a VM are refused', async () => {
    const door = await openDoor()
    expect(() => door.powerOff()).toThrow(expect.objectContaining({ reason: 'wrong-state' }))
  })
})

describe('two VMs at once', () => {
  test('the first keeps the link; the newest that waits has it next', async () => {
    const door = await openDoor()
    door.serve(() => ok())
    const first = connectVm()
    await first.receive(greeting)
    const second = connectVm()
    await second.receive(greeting)
    const third = connectVm()
    third.send(`08 01 a1 ${getDeviceId}`)
    await third.receive('00 1c 01 d2 11 a0')
    door.nmi()
    await first.receive('07 a1')
    expect([second.seen, third.seen]).toEqual(['', ''])
    door.allowInterrupts(true)
    door.signal('attention with interrupt')

    const changes: boolean[] = []
    door.onConnected((connected) => changes.push(connected))
    first.end()
    await third.receive('05 a1 02 a1')
    expect(changes).toEqual([])
    expect(door.connected).toBe(true)
    expect(door.capabilities.power).toBe(true)
    third.send('01 18 01 e6 a0')
    await third.receive('01 1c 01 00 e2 a0')
    door.powerOff()
    await third.receive('03 a1')
    expect(second.seen).toBe('')
  })

  test('one that was told to power off has gone, whoever waits', async () => {
    const door = await openDoor()
    const first = connectVm()
    await first.receive(greeting)
    const second = connectVm()
    await second.receive(greeting)
    const changes: boolean[] = []
    door.onConnected((connected) => changes.push(connected))
    door.powerOff()
    await first.receive('03 a1')
    first.end()
    await expect.poll(() => changes).toEqual([false, true])
    second.end()
    await expect.poll(() => changes).toEqual([false, true, false])
  })

  test('only a few may wait', async () => {
    await openDoor()
    const vms: FakeVm[] = []
    for (let i = 0; i < 6; i++) {
      vms.push(connectVm())
      await vms[i].receive(greeting)
    }
    await vms[1].closed()
    expect(vms.map((vm) => vm.ended)).toEqual([false, true, false, false, false, false])
  })
})

describe('the socket', () => {
  test('localhost is every address of that name, on one port', async () => {
    const door = await openDoor({ host: 'localhost', port: 0 })
    const port = Number(door.addresses[0].split(':').at(-1))
    expect(new Set(door.addresses.map((address) => address.split(':').at(-1)))).toEqual(new Set([String(port)]))
    await connectVm({ host: '127.0.0.1', port }).receive(greeting)
  })

  test('a port in use is a SetupError that names it', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    closing.push(() => other.close())
    await new Promise((resolve) => other.once('listening', resolve))
    const at = other.address()
    const port = typeof at === 'object' && at !== null ? at.port : 0
    const refused = openDoor({ host: '127.0.0.1', port })
    await expect(refused).rejects.toThrow(SetupError)
    await expect(refused).rejects.toThrow(`127.0.0.1 port ${port}: it is in use`)
  })

  test('an address of another machine is a SetupError', async () => {
    await expect(openDoor({ host: '192.0.2.1', port: 0 })).rejects.toThrow(SetupError)
  })

  test('a socket file in use is refused, one left behind is replaced', async () => {
    await openDoor()
    await expect(openDoor()).rejects.toThrow(SetupError)
    const left = join(folder, 'left')
    const owner = `require('net').createServer().listen(${JSON.stringify(left)}, () => process.kill(process.pid, 'SIGKILL'))`
    expect(spawnSync(process.execPath, ['-e', owner], { timeout: 10_000 }).signal).toBe('SIGKILL')
    expect(existsSync(left)).toBe(true)
    await openDoor({ path: left })
    await connectVm(left).receive(greeting)
  })

  test('a socket file is for its owner only and goes with the door', async () => {
    const door = await openDoor()
    expect(statSync(path).mode & 0o777).toBe(0o600)
    await door.close()
    expect(existsSync(path)).toBe(false)
  })

  test('a path that the system would cut is refused', async () => {
    await expect(openDoor({ path: join(folder, 'x'.repeat(108)) })).rejects.toThrow('shorter')
  })

  test('closing ends the connections and says so', async () => {
    const door = await openDoor()
    const vm = connectVm()
    await vm.receive(greeting)
    const gone = nextChange(door)
    await door.close()
    await vm.closed()
    expect(await gone).toBe(false)
  })
})
