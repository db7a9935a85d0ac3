import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import { messageOf, SetupError } from '../base/errors.ts'
import { openCapture } from '../lab/control-client.ts'
import { nodesAndNic } from './chosen-nodes.ts'
import { type CaptureEnd, copyCapture } from './copy-capture.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io } from './io.ts'
import { askNodes } from './node-statuses.ts'
import { PcapCounter } from './pcap-counter.ts'

export interface CaptureOptions {
  readonly count?: string
  readonly state?: string
}

/** Writes what goes through a NIC into a pcap file, until Ctrl-C, `--count`, the reader's end or the lab's. */
export async function capture(io: Io, text: string, file: string, options: CaptureOptions): Promise<number> {
  const count = options.count === undefined ? undefined : Number(options.count)
  if (count !== undefined && !(Number.isInteger(count) && count > 0)) {
    throw new UsageError(`--count wants a number of frames from 1, not "${options.count}"`)
  }
  const lab = findLab(options.state, io.env)
  const { names, nic } = nodesAndNic(text, await askNodes(lab))
  if (names.length !== 1) throw new UsageError(`one NIC is captured at a time, not those of ${names.length} nodes`)
  if (file === '-' && io.stdout.isTTY) {
    throw new UsageError('a capture is no text: pipe it, as in: bmcsim capture NODE - | tcpdump -n -r -')
  }
  const response = await openCapture(lab.controlSocket, names[0], { nic, count })
  const counter = new PcapCounter()
  const stop = stopSignal()
  const end = await (file === '-'
    ? copyCapture(response, counter, io.stdout, stop.asked)
    : toFile(response, counter, resolve(io.cwd, file), stop.asked)
  ).finally(stop.dispose)
  err(io, counter.frames === 1 ? '1 frame' : `${counter.frames} frames`)
  if (end === 'stopped' || counter.frames === count) return ExitCode.ok
  err(io, `bmcsim: the lab ended, or ${names[0]} was changed`)
  return ExitCode.failure
}

async function toFile(
  response: IncomingMessage,
  counter: PcapCounter,
  path: string,
  stop: AbortSignal,
): Promise<CaptureEnd> {
  const target = createWriteStream(path)
  try {
    await once(target, 'open')
  } catch (error) {
    response.destroy()
    throw new SetupError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
  const end = await copyCapture(response, counter, target, stop)
  target.end()
  if (!target.closed) await once(target, 'close')
  if (target.errored) throw new SetupError(`cannot write ${path}: ${messageOf(target.errored)}`)
  return end
}

/** Aborts at the first signal. Others are nobody's meanwhile: what comes yet is there soon. */
function stopSignal(): { readonly asked: AbortSignal; dispose(): void } {
  const controller = new AbortController()
  const stop = () => controller.abort()
  for (const signal of signals) process.on(signal, stop)
  return {
    asked: controller.signal,
    dispose: () => {
      for (const signal of signals) process.off(signal, stop)
    },
  }
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
