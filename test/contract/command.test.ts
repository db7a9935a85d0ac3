import { writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { CommandMachine } from '../../src/backends/command/command-machine.ts'
import { livingMembers } from '../../src/backends/command/group-members.ts'
import { systemClock } from '../../src/base/clock.ts'
import { MemoryLedger } from '../../src/base/ledger.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { InbandDoor } from '../../src/inband/inband-door.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { QmpClient } from '../support/qmp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { machineContract } from './machine.contract.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/**
 * A start script as users write them: no `#!` line, no `exec`, and something to do after QEMU. TCG, no disk; QEMU reaches
 * its BMC through the socket file `vm` of its folder and has its monitor in `qmp`.
 */
function writeScript(folder: string, ...more: string[]): void {
  const qemu = [
    'qemu-system-x86_64 -name "$PWD" -machine q35 -m 32 -nodefaults -display none -serial null',
    '-chardev socket,id=ipmi,path=vm,reconnect=1 -device ipmi-bmc-extern,id=bmc,chardev=ipmi',
    '-device isa-ipmi-kcs,bmc=bmc,irq=0 -qmp unix:qmp,server=on,wait=off',
    ...more,
  ].join(' ')
  const lines = ['# the VM of a node', qemu, 'status=$?', 'rm -f qmp', 'exit $status', '']
  writeFileSync(join(folder, 'start.sh'), lines.join('\n'), { mode: 0o755 })
}

async function createNode() {
  const folder = tempFolder()
  writeScript(folder)
  const door = new InbandDoor({ listen: { path: join(folder, 'vm') }, clock: systemClock, log: silentLogger })
  await door.listen()
  const machine = new CommandMachine({
    name: 'cn1',
    startCommand: './start.sh',
    poweroffWaitS: 5,
    killWaitS: 3,
    cwd: folder,
    link: door,
    clock: systemClock,
    log: silentLogger,
    ledger: new MemoryLedger(),
    logFile: join(folder, 'startcmd.log'),
  })
  closing.push(
    () => door.close(),
    () => machine.close(),
  )
  return { folder, door, machine }
}

/** q35's ACPI power management block, once the firmware has put it there: "sleep, type 0" is soft off. */
const PM1_CONTROL = 0x604

describe.skipIf(!requireTool('qemu-system-x86_64', 'qemu-system-x86'))('a real QEMU', () => {
  machineContract('command', async () => {
    const { folder, machine } = await createNode()
    return {
      machine,
      firstWords: undefined,
      guestOff: async () => {
        const qmp = await QmpClient.connect(join(folder, 'qmp'))
        await until('the guest to be off', async () => {
          if (qmp.events.includes('SHUTDOWN')) return true
          await qmp.outPort(PM1_CONTROL, 0x2000, true).catch(() => {})
          return false
        })
        qmp.close()
      },
      traces: () => qemuProcesses(folder),
    }
  })

  async function running() {
    const node = await createNode()
    await node.machine.powerOn()
    await until('its capabilities', () => node.door.capabilities.power)
    const qmp = await QmpClient.connect(join(node.folder, 'qmp'))
    closing.push(() => qmp.close())
    return { ...node, qmp }
  }

  test('announces all capabilities, and does what it is asked through the link', async () => {
    const { machine, qmp } = await running()
    expect(machine.abilities).toEqual({ powerOn: true, reset: true, nmi: true, softOff: true, boot: false })
    const resets = () => qmp.events.filter((event) => event === 'RESET').length
    const before = resets()
    await machine.reset()
    await until('RESET', () => resets() > before)
    await machine.softOff()
    await until('POWERDOWN', () => qmp.events.includes('POWERDOWN'))
    await machine.nmi()
    expect(machine.power).toBe('on')
    await machine.powerOff()
    await until('SHUTDOWN', () => qmp.events.includes('SHUTDOWN'))
    await until('off', () => machine.power === 'off')
  })

  test('ends with its script when it does not obey: nothing of the group is left', async () => {
    const { folder, machine, door } = await running()
    const [qemu] = qemuProcesses(folder)
    process.kill(qemu, 'SIGSTOP')
    closing.push(() => process.kill(qemu, 'SIGKILL'))
    const events: string[] = []
    machine.onPower((power, cause) => events.push(`${power} ${cause}`))
    await door.close()
    await machine.powerOff()
    await until('off', () => machine.power === 'off')
    expect(events).toEqual(['off request'])
    expect(livingMembers(qemu, [])).toEqual([])
    expect(qemuProcesses(folder)).toEqual([])
    closing.pop()
  })

  test('a request of the guest comes to the handler and its answer to the guest', async () => {
    const { door, qmp } = await running()
    const asked: number[][] = []
    door.serve((netFn, lun, cmd, data) => {
      asked.push([netFn, lun, cmd, ...data])
      return { completionCode: 0, data: Uint8Array.of(0x20, 0xa0, 0xa1, 0xaa) }
    })
    expect(await throughKcs(qmp, [0x18, 0x01])).toEqual([0x1c, 0x01, 0x00, 0x20, 0xa0, 0xa1, 0xaa])
    expect(await throughKcs(qmp, [0x18, 0x34, 0xa0, 0xa1, 0xaa])).toHaveLength(7)
    expect(asked).toEqual([
      [6, 0, 0x01],
      [6, 0, 0x34, 0xa0, 0xa1, 0xaa],
    ])
  })

  test('a VM that was there before us connects when we come', async () => {
    const { folder, door, machine } = await running()
    await door.close()
    await until('the link to end', () => !door.connected)
    expect(machine.power).toBe('on')
    const again = new InbandDoor({ listen: { path: join(folder, 'vm') }, clock: systemClock, log: silentLogger })
    closing.push(() => again.close())
    await again.listen()
    await until('QEMU to come back', () => again.capabilities.power)
  })

  test('speaks first and in these bytes', async () => {
    const folder = tempFolder()
    writeScript(folder)
    let seen = ''
    const server = createServer((socket) => {
      socket.on('data', (bytes) => {
        seen += bytes.toString('hex')
      })
      socket.on('error', () => {})
    })
    await new Promise<void>((resolve) => server.listen(join(folder, 'vm'), resolve))
    const machine = new CommandMachine({
      name: 'cn1',
      startCommand: './start.sh',
      poweroffWaitS: 5,
      killWaitS: 3,
      cwd: folder,
      link: undefined,
      clock: systemClock,
      log: silentLogger,
      ledger: new MemoryLedger(),
      logFile: join(folder, 'startcmd.log'),
    })
    closing.push(
      () => server.close(),
      () => machine.close(),
    )
    await machine.powerOn()
    await until('the greeting', () => seen.length >= 12)
    expect(seen.slice(0, 12)).toBe('ff01a1083fa1')
  })

  test('an option that QEMU does not know is told in its own words', async () => {
    const { folder, machine } = await createNode()
    writeScript(folder, '-show-cursor')
    await expect(machine.powerOn()).rejects.toThrow(/status 1: .*-show-cursor: invalid option/)
    expect(machine.power).toBe('off')
    expect(qemuProcesses(folder)).toEqual([])
  })
})

/** A whole KCS transfer (IPMI 2.0 §9.15, §9.16) by the port accesses that a driver would make, at the usual ports. */
async function throughKcs(qmp: QmpClient, request: readonly number[]): Promise<number[]> {
  const dataPort = 0xca2
  const commandPort = 0xca3
  const idle = 0
  const read = 1
  const outputFull = 0x01
  const inputFull = 0x02
  const state = (status: number) => status >> 6
  const status = async (wanted: (now: number) => boolean) => {
    let now = 0
    await until('the KCS interface', async () => {
      now = await qmp.inPort(commandPort)
      return wanted(now)
    })
    return now
  }
  const write = async (port: number, byte: number) => {
    await qmp.outPort(port, byte)
    await status((now) => (now & inputFull) === 0)
  }
  await write(commandPort, 0x61)
  for (const byte of request.slice(0, -1)) await write(dataPort, byte)
  await write(commandPort, 0x62)
  await write(dataPort, request[request.length - 1])
  const response: number[] = []
  for (;;) {
    const now = await status((each) => (each & outputFull) !== 0)
    if (state(now) === idle) {
      await qmp.inPort(dataPort)
      return response
    }
    if (state(now) !== read) throw new Error(`KCS is in state ${state(now)} after ${response.length} bytes`)
    response.push(await qmp.inPort(dataPort))
    await write(dataPort, 0x68)
  }
}
