import { SetupError } from '../base/errors.ts'
import { openStream } from './control-client.ts'
import type { WaitEvent } from './wait-stream.ts'

/** What comes of waiting for one node, as it happens; the last has the result. Leaving the loop ends the wait. */
export async function* askWait(
  socketPath: string,
  node: string,
  { goal, timeoutMs, cancelled }: { goal: string; timeoutMs: number | undefined; cancelled: AbortSignal },
): AsyncGenerator<WaitEvent> {
  const wanted = new URLSearchParams({ for: goal })
  if (timeoutMs !== undefined) wanted.set('timeoutMs', String(timeoutMs))
  const response = await openStream(socketPath, `/nodes/${encodeURIComponent(node)}/wait?${wanted}`, cancelled)
  const callOff = () => response.destroy()
  cancelled.addEventListener('abort', callOff)
  try {
    let rest = ''
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = `${rest}${chunk}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) {
        const event: WaitEvent = JSON.parse(line)
        yield event
        if ('result' in event) return
      }
    }
  } catch (error) {
    if (!cancelled.aborted) throw new SetupError('the lab ended while it was asked', { cause: error })
    return
  } finally {
    cancelled.removeEventListener('abort', callOff)
    response.destroy()
  }
  if (!cancelled.aborted) throw new SetupError('the lab ended while it was asked')
}
