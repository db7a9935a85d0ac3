import type { Child } from './process.ts'
import { readable } from './terminal.ts'
import { until } from './until.ts'

/**
 * Brings a client's console to the iPXE shell of a machine that has just been started or reset. Ctrl-B counts only
 * while iPXE asks for it, twice for a moment, so it is typed again and again; at the shell's prompt it does nothing. Where somebody between
 * the two was not run for those moments, `reset` makes it ask again.
 */
export async function enterIpxe(client: Child, reset?: () => Promise<unknown>): Promise<void> {
  await client.waitFor('SeaBIOS (version', 60_000, readable)
  let typed = 0
  let begun = performance.now()
  await until(
    'iPXE>',
    async () => {
      if (readable(client.output).includes('iPXE>')) return true
      if (reset !== undefined && performance.now() - begun > 20_000) {
        await reset()
        begun = performance.now()
      }
      if (performance.now() - typed > 150) {
        client.send('\x02')
        typed = performance.now()
      }
      return false
    },
    120_000,
    () => readable(client.output),
  )
}

/**
 * Types an iPXE command and waits for its answer: the line as it was typed, and below it `answer`. Typed in pieces, each
 * seen before the next, as the firmware of a PC keeps no more than 15 keys that nobody has read yet and drops the rest.
 */
export async function askIpxe(client: Child, command: string, answer: string): Promise<void> {
  client.forget()
  for (let end = 0; end < command.length; end += piece) {
    client.send(command.slice(end, end + piece))
    await client.waitFor(command.slice(0, end + piece), 60_000, readable)
  }
  client.send('\r')
  await client.waitFor(
    answer,
    60_000,
    (output) => readable(output).split(command).slice(1).join(command), // what came after the echo
  )
}

const piece = 8
