import { makersPart } from '../../src/app/makers-part.ts'
import { Personalities } from '../../src/app/personalities.ts'
import { fromHex, hex } from '../../src/base/bytes.ts'
import type { Bmc } from '../../src/bmc/bmc.ts'
import type { Requester } from '../../src/commands/command.ts'
import { execute } from '../../src/commands/execute.ts'
import { FakeVitals } from './fake-vitals.ts'
import { lanRequester, testBmc, testSession } from './test-bmc.ts'

/** A BMC of one of our personalities, its machine on and idle for an hour. */
export function makerBmc(name: string) {
  const personalities = new Personalities()
  const personality = personalities.named(name)
  const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
  const parts = testBmc({
    storage: personalities.storage(personality, 'cn01', personality.device.deviceSupport),
    device: personality.device,
    ...makersPart(personality, { name: 'cn01', machine: { kind: 'simulated', at, startNow: true, nics: [] } }),
  })
  const vitals = new FakeVitals(parts.clock)
  parts.machine.vitals = () => vitals.look()
  parts.machine.becomes('on', 'request')
  parts.clock.advance(3_600_000)
  return { ...parts, personality, raw: rawOf(parts.bmc) }
}

/** `raw('30 25')` as ipmitool's raw: NetFn, command and data; the answer's bytes, or `cc D4`. */
export function rawOf(bmc: Bmc, by: Requester = lanRequester(testSession(bmc))) {
  return async (request: string): Promise<string> => {
    const [netFn, cmd, ...data] = fromHex(request)
    const { completionCode, data: answer } = await execute({ bmc, by }, netFn, cmd, Uint8Array.from(data))
    return completionCode === 0 ? hex(answer) : `cc ${hex(Uint8Array.of(completionCode)).toUpperCase()}`
  }
}
