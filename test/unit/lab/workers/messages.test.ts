import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { describe, expect, it } from 'vitest'
import { BmcError, SetupError } from '../../../../src/base/errors.ts'
import type { NodeConfig } from '../../../../src/config/config.ts'
import { readLanConf } from '../../../../src/config/lan-conf/read-lan-conf.ts'
import { readLabFile } from '../../../../src/config/yaml/read-lab-file.ts'
import { arrived, carried } from '../../../../src/lab/workers/messages.ts'

const folder = join(import.meta.dirname, '../../../../nodes')

/** As it is at the other end of a port between two threads. */
function sent<T>(value: T): T {
  const { port1, port2 } = new MessageChannel()
  port1.postMessage(value)
  const message = receiveMessageOnPort(port2)?.message
  port1.close()
  return message
}

describe('what is said to a worker', () => {
  const files = readdirSync(folder).filter((name) => name.endsWith('.yaml'))

  it.each(files)('can be every node of nodes/%s, unchanged', (name) => {
    const { nodes, networks, pools } = readLabFile(join(folder, name))
    expect(nodes.length + pools.length).toBeGreaterThan(0)
    expect(plain(sent({ nodes, networks }))).toEqual(plain({ nodes, networks }))
  })

  it.each(['HN', 'CN1', 'CN2'])('can be a node of lan.conf and .emu: %s', (name) => {
    const cwd = join(folder, 'qemu-ipmi', name)
    const config: NodeConfig = readLanConf({ lanConf: 'lan.conf', emulator: 'ipmisim1.emu', cwd })
    expect(plain(sent(config))).toEqual(plain(config))
  })

  it('leaves a personality one object for all of its nodes', () => {
    const { nodes } = readLabFile(join(folder, 'demo.yaml'), join(folder, 'personalities', 'openbmc'))
    const [first, second] = sent(nodes)
    expect(first.personality).toBeDefined()
    expect(first.personality).toBe(second.personality)
  })
})

describe('an error on its way to another thread', () => {
  it('stays what the command line knows it as', () => {
    const setup = arrived(sent(carried(new SetupError('port 623 is in use'))))
    expect(setup).toBeInstanceOf(SetupError)
    expect(setup.message).toBe('port 623 is in use')
    expect(arrived(sent(carried(new BmcError('busy', 'later'))))).toMatchObject({ name: 'BmcError', reason: 'busy' })
  })

  it('keeps the stack of a mistake', () => {
    const mistake = new TypeError('x is not a function')
    expect(arrived(sent(carried(mistake)))).toMatchObject({ message: mistake.message, stack: mistake.stack })
    expect(arrived(sent(carried('thrown text')))).toMatchObject({ message: 'thrown text' })
  })
})

/** A Buffer arrives as the Uint8Array that the types promise. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return ['bytes', ...value]
  if (value instanceof Map) return new Map([...value].map(([key, one]) => [key, plain(one)]))
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]))
}
