import { existsSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import type { BytePort } from '../../../src/base/byte-port.ts'
import { systemClock } from '../../../src/base/clock.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { openSerial, type SerialDeviceOptions } from '../../../src/serial/open-serial.ts'
import { tempFolder } from '../../support/temp-folder.ts'
import { until } from '../../support/until.ts'

const around = { clock: systemClock, log: silentLogger }
const folder = tempFolder()
const everyByte = Uint8Array.from({ length: 256 }, (_, i) => i)
const hasPty = await import('node-pty').then(
  () => true,
  () => false,
)
if (!hasPty)
  console.warn('SKIPPED: pty and tty tests need the npm package node-pty (Debian: g++ make python3 to compile it)')

const ports: BytePort[] = []
afterEach(() => {
  for (const port of ports.splice(0)) port.close()
})

async function open(device: SerialDeviceOptions) {
  const port = await openSerial(device, around)
  ports.push(port)
  let read = Buffer.alloc(0)
  port.onData((bytes) => {
    read = Buffer.concat([read, bytes])
  })
  await until('the line', () => port.up)
  return { port, read: () => read }
}

it.skipIf(!hasPty)('a pty of ours and a tty port on its link carry every byte both ways', async () => {
  const link = join(folder, 'console')
  const ours = await open({ kind: 'pty', link, baud: 115200 })
  expect(readlinkSync(link)).toMatch(/^\/dev\/pts\//)
  const tty = await open({ kind: 'tty', path: link, rtsCts: false, baud: 115200 })
  expect(ours.port.write(everyByte)).toBe(256)
  expect(tty.port.write(everyByte)).toBe(256)
  await until('the bytes', () => tty.read().length >= 256 && ours.read().length >= 256)
  expect(tty.read().equals(everyByte)).toBe(true)
  expect(ours.read().equals(everyByte)).toBe(true)
})

it.skipIf(!hasPty)(
  'a pty outlives those who open it, holds back what nobody reads, and takes its link away',
  async () => {
    const link = join(folder, 'second')
    const ours = await open({ kind: 'pty', link, baud: 115200 })
    const first = await open({ kind: 'tty', path: link, rtsCts: false, baud: 115200 })
    first.port.close()
    // Much more than a pty takes by itself: the process must not hang in the write.
    const much = new Uint8Array(50_000).fill(0x55)
    expect(ours.port.write(much)).toBe(50_000)
    const second = await open({ kind: 'tty', path: link, rtsCts: false, baud: 115200 })
    await until('the bytes', () => second.read().length > 40_000)
    second.port.write(Buffer.from('still there'))
    await until('the answer', () => ours.read().toString() === 'still there')
    second.port.close()
    ours.port.close()
    await until('no link', () => !existsSync(link))
  },
)

it('a tty that is no tty stays down and does not throw', async () => {
  const port = await openSerial({ kind: 'tty', path: '/dev/null', rtsCts: true, baud: 9600 }, around)
  ports.push(port)
  expect(port.up).toBe(false)
})
