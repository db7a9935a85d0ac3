import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { messageOf, SetupError } from '../base/errors.ts'
import { openCapture } from '../lab/control-client.ts'
import { nodesAndNic } from './chosen-nodes.ts'
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
  const end =
    file === '-' ? await copy(response, counter, io.stdout) : await toFile(response, counter, resolve(io.cwd, file))
  err(io, counter.frames === 1 ? '1 frame' : `${counter.frames} frames`)
  if (end === 'stopped' || counter.frames === count) return ExitCode.ok
  err(io, `bmcsim: the lab ended, or ${names[0]} was changed`)
  return ExitCode.failure
}

type End = 'stopped' | 'ended'

async function toFile(response: IncomingMessage, counter: PcapCounter, path: string): Promise<End> {
  const target = createWriteStream(path)
  try {
    await once(target, 'open')
  } catch (error) {
    response.destroy()
    throw new SetupError(`cannot write ${path}: ${messageOf(error)}`, { cause: error })
  }
  const end = await copy(response, counter, target)
  target.end()
  if (!target.closed) await once(target, 'close')
  if (target.errored) throw new SetupError(`cannot write ${path}: ${messageOf(target.errored)}`)
  return end
}

/** `stopped`: by a signal, or because nobody reads it any more. */
async function copy(response: IncomingMessage, counter: PcapCounter, target: Writable): Promise<End> {
  let end: End = 'ended'
  const stop = () => {
    end = 'stopped'
    response.destroy()
  }
  for (const signal of signals) process.on(signal, stop)
  target.on('error', stop)
  try {
    for await (const chunk of response) if (!target.write(counter.feed(chunk))) await room(target, response)
  } catch {
    // We ended it, or the lab did: what there is is whole.
  } finally {
    for (const signal of signals) process.off(signal, stop)
  }
  return end
}

/** The target takes more, or will never. */
function room(target: Writable, response: IncomingMessage): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      for (const name of ['drain', 'close', 'error']) target.off(name, go)
      response.off('close', go)
      resolve()
    }
    for (const name of ['drain', 'close', 'error']) target.on(name, go)
    response.on('close', go)
  })
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
