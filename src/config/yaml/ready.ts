import type { ReadyCheck, ReadyConfig } from '../config.ts'
import { defaultReadyTimeoutMs } from '../defaults.ts'
import { durationMs } from '../duration.ts'
import { isHost, readHostPort } from '../serial-device.ts'
import type { EntryReader } from './entry-reader.ts'
import type { ReadyEntry } from './ready-schema.ts'

/** Where the guest is reached. */
export function readAddress(written: string | undefined, reader: EntryReader): string | undefined {
  const text = written === undefined ? undefined : reader.inStep(written, ['address'])?.replace(/^\[(.*)\]$/, '$1')
  if (text === undefined || isHost(text)) return text
  reader.wrong(['address'], `"${text}" is no host name or address; write one like 192.168.1.10`)
  return undefined
}

const SSH_PORT = 22

export function readReady(entry: ReadyEntry, address: string | undefined, reader: EntryReader): ReadyConfig {
  const checks: ReadyCheck[] = []
  const user = reader.filled(entry.login)
  const ssh = entry.ssh ?? (user === undefined ? undefined : SSH_PORT)
  for (const [kind, port] of [['ssh', ssh] as const, ['tcp', entry.tcp] as const]) {
    const end = port === undefined ? undefined : readEnd(kind, String(port), address, reader)
    // Who can log in has heard the banner.
    if (end !== undefined)
      checks.push(kind === 'ssh' && user !== undefined ? { kind: 'login', user, ...end } : { kind, ...end })
  }
  const text = reader.filled(entry.console)
  if (text !== undefined) checks.push({ kind: 'console', text })
  if (entry.inband) checks.push({ kind: 'inband' })
  const command = readCommand(entry.command, address, reader)
  if (command !== undefined) checks.push({ kind: 'command', command })
  if (Object.keys(entry).every((key) => key === 'timeout')) {
    reader.wrong(['ready'], 'nothing says when it is ready; write one of ssh, login, tcp, console, inband, command')
  }
  return { checks, timeoutMs: durationMs(entry.timeout ?? '') ?? defaultReadyTimeoutMs }
}

function readEnd(kind: 'ssh' | 'tcp', written: string, address: string | undefined, reader: EntryReader) {
  const path = ['ready', kind]
  const text = reader.inStep(written, path)
  if (text === undefined) return undefined
  const whole = !/^\d+$/.test(text)
  if (!whole && address === undefined) {
    reader.wrong(path, `port ${text} of which address? Write address: at the node, or ${kind}: HOST:${text}`)
    return undefined
  }
  const end = readHostPort(whole ? text : `${bracketed(address ?? '')}:${text}`)
  if (typeof end !== 'string') return end
  reader.wrong(path, `${kind} "${text}": ${end}; write a port, or HOST:PORT`)
  return undefined
}

/** `{address}` beside what every text may have. What is filled in has no character that a shell knows. */
function readCommand(written: string | undefined, address: string | undefined, reader: EntryReader) {
  const text = reader.filled(written)
  if (text === undefined || !text.includes('{address}')) return text
  if (address !== undefined) return text.replaceAll('{address}', address)
  reader.wrong(['ready', 'command'], 'this node has no {address}; write address: at the node')
  return undefined
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}
