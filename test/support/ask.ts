import { fromHex, hex } from '../../src/base/bytes.ts'
import type { Bmc } from '../../src/bmc/bmc.ts'
import type { Requester } from '../../src/commands/command.ts'
import { execute } from '../../src/commands/execute.ts'

/** Sends `NN/CC data` as hex and gives completion code and data back as hex: `00 ...`. */
export async function ask(bmc: Bmc, by: Requester, request: string): Promise<string> {
  const [netFn, cmd, ...data] = fromHex(request.replace('/', ' '))
  const reply = await execute({ bmc, by }, netFn, cmd, Uint8Array.from(data))
  return hex(Uint8Array.of(reply.completionCode, ...reply.data))
}
