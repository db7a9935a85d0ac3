import type { ServerResponse } from 'node:http'
import type { Node } from '../app/node.ts'
import type { WaitResult } from '../app/ready/wait.ts'

/** One line of JSON each: the stages that a node goes through, what does not hold yet, and at last how it ended. */
export type WaitEvent =
  | { readonly stage: WaitResult['stage'] }
  | { readonly missing: WaitResult['missing'] }
  | { readonly result: WaitResult }

/** Who asked may leave at any time: then nothing is checked for it any more. Throws what `node.waitFor` throws, before a word is sent. */
export async function serveWait(
  response: ServerResponse,
  node: Node,
  { goal, timeoutMs }: { goal: string; timeoutMs: number | undefined },
): Promise<void> {
  const left = new AbortController()
  response.on('close', () => left.abort())
  response.on('error', () => response.destroy())
  const send = (event: WaitEvent) => {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' })
    if (!left.signal.aborted) response.write(`${JSON.stringify(event)}\n`)
  }
  const result = await node.waitFor(goal, {
    timeoutMs,
    cancelled: left.signal,
    onStage: (stage) => send({ stage }),
    onMissing: (missing) => send({ missing }),
  })
  send({ result })
  response.end()
}
