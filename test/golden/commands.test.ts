import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { DecodeError, hex } from '../../src/base/bytes.ts'
import { type Command, commandNumber } from '../../src/commands/command.ts'
import { commandTable } from '../../src/commands/table.ts'
import type { Codec } from '../../src/ipmi/layout.ts'
import { PrivilegeLevel, privilegeOf } from '../../src/ipmi/privilege.ts'
import { goldenRequests } from '../support/golden-requests.ts'
import { guest, stranger } from '../support/test-bmc.ts'
import { fileOf, type GoldenBlock, readBlocks, rowOf, subjectOf, titleOf, writeBlock } from './command-file.ts'
import { commandsUnderTest } from './command-under-test.ts'

const folder = join(import.meta.dirname, 'commands')
const files = Object.values(fileOf)

function blocksOf(file: string): GoldenBlock[] {
  const path = join(folder, file)
  return existsSync(path) ? readBlocks(readFileSync(path, 'utf8')) : []
}

/** Asks every request again and writes what is answered now; a command without a block gets one. */
async function capture(file: string): Promise<void> {
  const rows = commandTable.filter(({ netFn }) => fileOf[netFn] === file)
  const written: string[] = []
  for (const row of rows) {
    const own = blocksOf(file).filter((block) => commandNumber(subjectOf(block)) === commandNumber(row))
    for (const block of own.length > 0 ? own : newBlocks(row)) {
      const under = commandsUnderTest()
      const answers: Uint8Array[] = []
      for (const exchange of block.exchanges) answers.push(await under.ask(exchange))
      written.push(writeBlock(block, answers))
    }
  }
  writeFileSync(join(folder, file), written.join('\n'))
}

function newBlocks(row: Command): GoldenBlock[] {
  return goldenRequests
    .filter((golden) => commandNumber(rowOf(golden)) === commandNumber(row))
    .map((golden) => ({ comments: [titleOf(row)], exchanges: [{ ...golden, answer: undefined }] }))
}

if (process.env.CAPTURE !== undefined) test.each(files)('capture %s', capture)
else describe('golden commands', replays)

function replays() {
  const blocks = files.flatMap(blocksOf).map((block) => {
    return { ...block, title: block.comments[0]?.slice(2) ?? subjectOf(block).name }
  })
  const last = ({ exchanges }: GoldenBlock) => exchanges[exchanges.length - 1]

  /** The requests that lead to the last one have been answered. */
  async function led(block: GoldenBlock, ...how: Parameters<typeof commandsUnderTest>) {
    const under = commandsUnderTest(...how)
    for (const exchange of block.exchanges.slice(0, -1)) await under.ask(exchange)
    return under
  }

  test('every command of the table has a block: CAPTURE=1 npx vitest run test/golden makes one', () => {
    const covered = new Set(blocks.map((block) => commandNumber(subjectOf(block))))
    expect(commandTable.filter((row) => !covered.has(commandNumber(row))).map(({ name }) => name)).toEqual([])
  })

  test.each(blocks)('$title: answered as written', async (block) => {
    const under = commandsUnderTest()
    for (const exchange of block.exchanges) expect(hex(await under.ask(exchange))).toBe(exchange.answer)
  })

  test.each(blocks)('$title: decodes, and encodes to the same bytes', (block) => {
    for (const exchange of block.exchanges) {
      const { request, response } = rowOf(exchange)
      expect(again(request, exchange.data)).toBe(hex(exchange.data))
      const answer = exchange.answer ?? ''
      if (!answer.startsWith('00')) continue
      const data = Uint8Array.from(Buffer.from(answer.replaceAll(' ', ''), 'hex').subarray(1))
      expect(again(response, data)).toBe(hex(data))
    }
  })

  test.each(blocks)('$title: cut short anywhere it is C7h, or has a meaning of its own', async (block) => {
    const whole = last(block)
    // The first byte of a group's request says whose command it is.
    const shortest = rowOf(whole).group === undefined ? 0 : 1
    for (let size = shortest; size < whole.data.length; size++) {
      const cut = { ...whole, data: whole.data.subarray(0, size) }
      const [completionCode, ...data] = await (await led(block)).ask(cut)
      if (isTooShort(rowOf(whole).request, cut.data)) expect([completionCode, ...data], `${size} bytes`).toEqual([0xc7])
      else expect(completionCode, `${size} bytes`).not.toBe(0xff)
    }
  })

  test.each(blocks)('$title: one level too low, or the wrong door', async (block) => {
    const row = subjectOf(block)
    const { privilege, door } = row
    const refused = (answer: Uint8Array) => expect(hex(answer)).toBe('d4')
    if (privilege === 'Unprotected') {
      const [completionCode] = await (await led(block)).ask(last(block), stranger)
      expect(completionCode).not.toBe(0xd4)
    } else {
      refused(await (await led(block)).ask(last(block), stranger))
      const below = privilegeOf(PrivilegeLevel[privilege] - 1)
      const level = door === 'system' ? 'Administrator' : below
      if (level !== undefined) {
        const under = commandsUnderTest(level)
        const [session] = under.bmc.sessions.all
        refused(await under.ask(last(block), { door: 'lan', channel: 1, session, privilege: level }))
      }
    }
    if (door === 'lan') refused(await (await led(block)).ask(last(block), guest))
  })
}

function again(codec: Codec<unknown>, bytes: Uint8Array): string {
  return hex(codec.encode(codec.decode(bytes)))
}

function isTooShort(codec: Codec<unknown>, bytes: Uint8Array): boolean {
  try {
    codec.decode(bytes)
    return false
  } catch (error) {
    return error instanceof DecodeError && error.reason === 'length'
  }
}
