import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { silentLogger } from '../../src/base/logger.ts'
import type { Bmc } from '../../src/bmc/bmc.ts'
import { execute } from '../../src/commands/execute.ts'
import { commandTable } from '../../src/commands/table.ts'
import { InbandDoor } from '../../src/inband/inband-door.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { guest, testBmc } from '../support/test-bmc.ts'
import { type WireMessage, wireControl, wireMessage, wireMessages } from '../support/vm-wire.ts'
import { WireVm } from '../support/wire-vm.ts'

/** More by hand: `FUZZ_RUNS=20000 npx vitest run test/property/inband.test.ts`. */
const numRuns = Number(process.env.FUZZ_RUNS ?? 300)

const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(0xa0, 0xa1, 0xaa, 0xb0, 0xb1, 0xba))
const data = fc.array(byte, { maxLength: 24 })
const known = fc.constantFrom(...commandTable.map(({ netFn, cmd }) => ({ netFnLun: netFn << 2, cmd })))
const anything = fc.record({ netFnLun: byte, cmd: byte })
const request = fc
  .tuple(byte, fc.oneof({ weight: 4, arbitrary: known }, anything), data)
  .map(([seq, what, data]) => wireMessage({ seq, ...what, data }))
const control = fc.array(byte, { maxLength: 4 }).map((plain) => wireControl(...plain))
const broken = fc.tuple(request, fc.nat(), byte).map(([wire, at, other]) => wire.with(at % wire.length, other))
const cut = fc.tuple(request, fc.nat()).map(([wire, at]) => wire.slice(0, at % wire.length))
const tooLong = fc.integer({ min: 290, max: 310 }).map((size) => wireMessage(ask(0x55, new Array(size).fill(0))))
const piece = fc.oneof({ weight: 6, arbitrary: request }, control, broken, cut, tooLong, data)
const cuts = fc.array(fc.nat(), { maxLength: 6 })

function ask(seq: number, data: readonly number[] = []): WireMessage {
  return { seq, netFnLun: 6 << 2, cmd: 0x01, data }
}

/** What the answers must be: those of a second BMC, to which the same requests go one by one without a link. */
async function answersOf(bmc: Bmc, requests: readonly WireMessage[]): Promise<WireMessage[]> {
  const answers: WireMessage[] = []
  for (const { seq, netFnLun, cmd, data } of requests) {
    const context = { bmc, by: guest, lun: netFnLun & 3 }
    const { completionCode, data: said } = await execute(context, netFnLun >> 2, cmd, Uint8Array.from(data))
    answers.push({ seq, netFnLun: netFnLun + 4, cmd, data: [completionCode, ...said] })
  }
  return answers
}

/** Until the link is free for the next. */
async function hungUp(door: InbandDoor, vm: WireVm): Promise<void> {
  const gone = new Promise<void>((resolve) => {
    const stop = door.onConnected(() => {
      stop()
      resolve()
    })
  })
  vm.end()
  await gone
}

test(
  'whatever a VM sends, its sound requests are answered, each with its own answer, and nothing else is',
  async () => {
    const path = join(tempFolder(), 'vm')
    let current: Bmc = testBmc().bmc
    const door = new InbandDoor({ listen: { path }, clock: current.clock, log: silentLogger })
    await door.listen()
    door.serve((netFn, lun, cmd, bytes) => execute({ bmc: current, by: guest, lun }, netFn, cmd, bytes))
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 12 }), cuts, async (pieces, places) => {
          current = testBmc().bmc
          current.messages.attach(door)
          // The rubbish may end in the middle of a frame: an end, and a question that shows that all is well.
          const stream = [...pieces.flat(), 0xa0, ...wireMessage(ask(0x77))]
          const isRequest = ({ netFnLun }: WireMessage) => (netFnLun & 4) === 0
          const expected = await answersOf(testBmc().bmc, wireMessages(stream).filter(isRequest))

          const vm = new WireVm(path)
          try {
            const ends = [...places.map((place) => place % stream.length), stream.length].sort((a, b) => a - b)
            for (const [i, end] of ends.entries()) vm.send(stream.slice(ends[i - 1] ?? 0, end))
            expect(await vm.answers(expected.length)).toEqual(expected)
            // One more question: had anything else been said, it would stand before the answer.
            vm.send(wireMessage(ask(0x78, [1])))
            expect(await vm.answers(1)).toEqual([{ seq: 0x78, netFnLun: 7 << 2, cmd: 0x01, data: [0xc7] }])
          } finally {
            await hungUp(door, vm)
          }
        }),
        { numRuns },
      )
    } finally {
      await door.close()
    }
  },
  Math.max(20_000, numRuns * 100),
)
