import { describe, expect, it } from 'vitest'
import { hex } from '../../../src/base/bytes.ts'
import { execute } from '../../../src/commands/execute.ts'
import { checksum } from '../../../src/ipmi/message.ts'
import { emulatedNode } from '../../support/emulated-node.ts'
import { testSession } from '../../support/test-bmc.ts'

async function bridged() {
  const node = emulatedNode()
  await node.line('mc_add 0x30 1 0 1 2 3 0x0f 0x1291 0xf03')
  await node.line('mc_enable 0x30')
  return node
}

/** Send Message's data: to an address on the IPMB, from 81h, sequence 5. */
function message(channel: number, to: number, netFn: number, cmd: number, ...data: number[]): Uint8Array {
  const bytes = [to, netFn << 2, 0, 0x20, 0x16, cmd, ...data, 0]
  const inner = Uint8Array.from(bytes)
  inner[2] = checksum(inner, 0, 2)
  inner[inner.length - 1] = checksum(inner, 3, inner.length - 1)
  return Uint8Array.of(channel, ...inner)
}

function fromLan(
  { bmc }: Awaited<ReturnType<typeof bridged>>,
  data: Uint8Array,
  privilege: 'User' | 'Administrator' = 'Administrator',
) {
  const by = { door: 'lan', channel: 1, session: testSession(bmc, privilege), privilege } as const
  return execute({ bmc, by }, 0x06, 0x34, data)
}

const system = { door: 'system', channel: 0x0f, session: undefined, privilege: 'OEM' } as const

describe('Send Message to the IPMB', () => {
  it('tracked, comes back in its own response', async () => {
    const node = await bridged()
    const reply = await fromLan(node, message(0x40, 0x30, 0x06, 0x01))
    expect(reply.completionCode).toBe(0)
    // §6.13: to 20h, NetFn 07h, LUN 2, checksum; from 30h, sequence 5, the command, its completion code and data
    expect(hex(reply.data)).toBe('20 1e c2 30 14 01 00 01 01 02 03 02 0f 91 12 00 03 0f ee')
  })

  it('untracked, waits for Get Message', async () => {
    const { bmc } = await bridged()
    const context = { bmc, by: system }
    expect(await execute(context, 0x06, 0x34, message(0, 0x30, 0x06, 0x04))).toMatchObject({ completionCode: 0 })
    expect(bmc.messages.flags.messageAvailable).toBe(true)
    const { data } = await execute(context, 0x06, 0x33, new Uint8Array())
    expect(hex(data)).toBe('00 1e c2 30 14 04 00 55 00 63')
  })

  it('is answered 83h where nobody takes it', async () => {
    const node = await bridged()
    expect(await fromLan(node, message(0x40, 0x32, 0x06, 0x01))).toMatchObject({ completionCode: 0x83 })
    node.controllers.get(0x30).enabled = false
    expect(await fromLan(node, message(0x40, 0x30, 0x06, 0x01))).toMatchObject({ completionCode: 0x83 })
  })

  it('carries the privilege of its sender, not more', async () => {
    const node = await bridged()
    const { data } = await fromLan(node, message(0x40, 0x30, 0x06, 0x02), 'User')
    expect(data[6]).toBe(0xd4)
  })

  it.each([
    ['a wrong checksum', (bytes: Uint8Array) => bytes.with(3, 0), 0xcc],
    ['no message', (bytes: Uint8Array) => bytes.subarray(0, 4), 0xc7],
    ['raw tracking', (bytes: Uint8Array) => bytes.with(0, 0x80), 0xcc],
  ])('with %s is refused', async (_, change, code) => {
    const reply = await fromLan(await bridged(), change(message(0x40, 0x30, 0x06, 0x01)))
    expect(reply.completionCode).toBe(code)
  })

  it('there is no channel 0 where there is nobody on it', async () => {
    const node = emulatedNode()
    expect(await fromLan(node, message(0x40, 0x30, 0x06, 0x01))).toMatchObject({ completionCode: 0xcc })
    const info = (bmc: typeof node.bmc) => execute({ bmc, by: system }, 0x06, 0x42, Uint8Array.of(0))
    expect(await info(node.bmc)).toMatchObject({ completionCode: 0xcc })
    const { data } = await info((await bridged()).bmc)
    expect(hex(data)).toBe('00 01 01 00 f2 1b 00 00 00')
  })
})

it('a BMC that is disabled answers FFh', async () => {
  const { bmc, line } = emulatedNode()
  await line('mc_disable 0x20')
  expect(await execute({ bmc, by: system }, 0x06, 0x01, new Uint8Array())).toMatchObject({ completionCode: 0xff })
  await line('mc_enable 0x20')
  expect(await execute({ bmc, by: system }, 0x06, 0x01, new Uint8Array())).toMatchObject({ completionCode: 0 })
})
