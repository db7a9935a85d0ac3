import type { Socket } from 'node:net'
import { messageOf } from '../base/errors.ts'
import { ask, joinConsole } from '../lab/control-client.ts'
import type { RunningLab } from '../lab/running-labs.ts'
import { EscapeFilter } from './escape-filter.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io } from './io.ts'
import { rawTerminal } from './raw-terminal.ts'

export interface ConsoleOptions {
  readonly state?: string
  readonly backlog: boolean
  readonly print?: boolean
  readonly escape: string
}

/** Shows a node's console and types into it until `~.`, a signal, or the end of the lab. */
export async function openConsole(io: Io, node: string, options: ConsoleOptions): Promise<number> {
  if (options.escape.length !== 1 && options.escape !== 'none') {
    throw new UsageError('--escape takes one character, or the word none')
  }
  const lab = findLab(options.state, io.env)
  if (options.print) return printBacklog(io, lab, node)
  const socket = await joinConsole(lab.controlSocket, node, options.backlog)
  return join(io, lab, node, socket, options.escape)
}

/** Everything the console said so far, as bytes. The lab marks where the backlog ends by closing. */
async function printBacklog(io: Io, lab: RunningLab, node: string): Promise<number> {
  const socket = await joinConsole(lab.controlSocket, node, true)
  socket.end()
  for await (const chunk of socket) {
    if (!io.stdout.write(chunk)) await new Promise((resolve) => io.stdout.once('drain', resolve))
  }
  return ExitCode.ok
}

function join(io: Io, lab: RunningLab, node: string, socket: Socket, tilde: string): Promise<number> {
  const person = io.stdin.isTTY === true
  // A pipe is binary: nothing in it is an order to us.
  const filter = person && tilde !== 'none' ? new EscapeFilter(tilde) : undefined
  const terminal = rawTerminal(io.stdin)
  if (filter !== undefined) err(io, `[${node}: ${tilde}. leaves, ${tilde}B sends a break, ${tilde}? helps]\r`)

  return new Promise((resolve) => {
    let left = false
    const leave = (code: number, text?: string) => {
      if (left) return
      left = true
      for (const signal of signals) process.off(signal, stopped)
      io.stdin.off('data', type)
      io.stdin.pause()
      terminal.restore()
      socket.destroy()
      if (text !== undefined) err(io, text)
      resolve(code)
    }
    const stopped = () => leave(ExitCode.ok)
    const type = (chunk: Buffer) => {
      for (const typed of filter?.feed(chunk) ?? [{ kind: 'bytes', bytes: chunk } as const]) {
        switch (typed.kind) {
          case 'bytes':
            if (!socket.write(typed.bytes)) io.stdin.pause()
            break
          case 'break':
            ask(lab.controlSocket, 'POST', `/nodes/${encodeURIComponent(node)}/break`).catch((error) =>
              err(io, `\r\n[no break sent: ${messageOf(error)}]\r`),
            )
            break
          case 'help':
            err(io, `\r\n[${tilde}. leaves, ${tilde}B sends a break, ${tilde}${tilde} types ${tilde}]\r`)
            break
          case 'leave':
            leave(ExitCode.ok, `\r\n[left ${node}]\r`)
            return
        }
      }
    }
    for (const signal of signals) process.on(signal, stopped)
    socket.on('drain', () => io.stdin.resume())
    socket.on('data', (chunk) => {
      if (io.stdout.write(chunk)) return
      socket.pause()
      io.stdout.once('drain', () => socket.resume())
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () =>
      leave(ExitCode.failure, `${person ? '\r\n' : ''}bmcsim: the lab ended, or ${node} was changed`),
    )
    io.stdout.on('error', () => leave(ExitCode.ok))
    // The end of piped input is not the end of the console's output: that goes on until a signal.
    io.stdin.on('data', type)
  })
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
