import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Facts, QmpClient } from '../../../../src/backends/qemu/qmp.ts'
import { systemClock } from '../../../../src/base/clock.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const greeting = '{"QMP": {"version": {}, "capabilities": []}}\r\n'
const never = () => false

let server: Server | undefined
let client: QmpClient | undefined
afterEach(() => {
  client?.close()
  server?.close()
})

/** A monitor that greets and hands each command to `answer`, which writes what it likes. */
async function monitor(answer: (command: Facts, socket: Socket) => void): Promise<string> {
  const path = join(tempFolder(), 'qmp')
  server = createServer((socket) => {
    socket.on('error', () => {})
    socket.write(greeting)
    socket.on('data', (bytes) => {
      for (const line of bytes.toString().split('\n').filter(Boolean)) {
        const command: Facts = JSON.parse(line)
        if (command.execute === 'qmp_capabilities') socket.write(`{"return": {}, "id": ${command.id}}\r\n`)
        else answer(command, socket)
      }
    })
  })
  await new Promise<void>((resolve) => server?.listen(path, resolve))
  return path
}

const connect = (path: string, timeoutMs = 2000, stop = never) =>
  QmpClient.connect(path, { clock: systemClock, log: silentLogger, timeoutMs, stop })

describe('the QMP client', () => {
  it('matches answers to commands by id, in whatever pieces and order they come', async () => {
    const ids: unknown[] = []
    const path = await monitor((command, socket) => {
      ids.push(command.id)
      if (ids.length < 2) return
      socket.write(`{"return": "second", "id": ${ids[1]}}\r\n{"return": "fi`)
      setImmediate(() => socket.write(`rst", "id": ${ids[0]}}\r\n`))
    })
    client = await connect(path)
    await expect(Promise.all([client.execute('a'), client.execute('b')])).resolves.toEqual(['first', 'second'])
  })

  it("rejects with QEMU's own words", async () => {
    const path = await monitor(({ id }, socket) =>
      socket.write(
        `{"id": ${id}, "error": {"class": "GenericError", "desc": "The bootindex 1 has already been used"}}\n`,
      ),
    )
    client = await connect(path)
    await expect(client.execute('qom-set')).rejects.toThrow(/bootindex 1 has already been used/)
  })

  it('hands out events that come between', async () => {
    const path = await monitor(({ id }, socket) =>
      socket.write(`{"event": "RESET", "data": {"guest": true}, "timestamp": {}}\n{"return": {}, "id": ${id}}\n`),
    )
    client = await connect(path)
    const seen: unknown[] = []
    client.onEvent((name, data) => seen.push([name, data]))
    await client.execute('system_reset')
    expect(seen).toEqual([['RESET', { guest: true }]])
  })

  it('gives up on a silent QEMU', async () => {
    client = await connect(await monitor(() => {}))
    await expect(client.execute('query-status', {}, 30)).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('rejects what is open when QEMU ends, and everything after', async () => {
    client = await connect(await monitor((_, socket) => socket.destroy()))
    await expect(client.execute('quit')).rejects.toMatchObject({ reason: 'wrong-state' })
    await client.closed
    await expect(client.execute('quit')).rejects.toMatchObject({ reason: 'wrong-state' })
  })

  it('survives lines that are no QMP and closes on one without end', async () => {
    const path = await monitor((_, socket) => {
      socket.write('rubbish\n[1]\n"x"\n\n')
      socket.write('x'.repeat(2 << 20))
    })
    client = await connect(path)
    await expect(client.execute('a')).rejects.toMatchObject({ reason: 'wrong-state' })
  })

  it('waits for a socket that does not exist yet, but not for one that never will', async () => {
    const path = join(tempFolder(), 'qmp')
    await expect(connect(path, 5000, () => true)).rejects.toThrow(path)
    await expect(connect(path, 30)).rejects.toMatchObject({ reason: 'timeout' })
  })

  it('rejects when the other end closes before it greets', async () => {
    const path = join(tempFolder(), 'qmp')
    server = createServer((socket) => socket.destroy())
    await new Promise<void>((resolve) => server?.listen(path, resolve))
    await expect(connect(path)).rejects.toMatchObject({ reason: 'wrong-state' })
  })
})
