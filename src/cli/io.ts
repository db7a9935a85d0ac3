import type { Environment } from '../lab/places.ts'

/**
 * cli/ is the only room that prints, reads a terminal and decides how the process ends. It knows no packet: what it
 * shows comes from lab/ and app/, what it asks for goes there. Data goes to `out`, everything said to a person to `err`.
 */
export interface Io {
  readonly stdin: NodeJS.ReadStream
  readonly stdout: NodeJS.WriteStream
  readonly stderr: NodeJS.WriteStream
  readonly env: Environment
  readonly cwd: string
}

export function out(io: Io, text: string): void {
  io.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
}

export function outJson(io: Io, value: unknown): void {
  io.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`)
}

export function err(io: Io, text: string): void {
  io.stderr.write(text.endsWith('\n') ? text : `${text}\n`)
}
