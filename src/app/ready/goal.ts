import { BmcError } from '../../base/errors.ts'
import type { NodeConfig } from '../../config/config.ts'
import { readHostPort } from '../../config/serial-device.ts'
import type { Goal } from './wait.ts'

const others = 'power=on, power=off, console=TEXT, ssh, login=USER, tcp=PORT'

/** Why a word is none for `bmcsim wait --for`, on any node; undefined: it may be one. */
export function wrongGoal(word: string): string | undefined {
  if (/^(ready|power=(on|off)|console=.+|ssh(=.+)?|login=.+|tcp(=.+)?)$/s.test(word)) return undefined
  return `"${word}" is nothing to wait for; there are ready, ${others}`
}

const SSH_PORT = 22

/** What `bmcsim wait --for WORD` means for a node. Throws a BmcError that says what to write. */
export function readGoal(word: string, config: NodeConfig): Goal {
  const [, kind = word, value] = /^([^=]*)=(.*)$/s.exec(word) ?? []
  switch (kind) {
    case 'power':
      if (value === 'on' || value === 'off') return { kind, power: value }
      break
    case 'ready':
      if (value !== undefined) break
      if (config.ready !== undefined) return { kind }
      throw new BmcError(
        'wrong-state',
        `nothing says when it is ready: write ready: at the node (${config.at.file}:${config.at.line}), or wait --for one of ${others}`,
      )
    case 'console':
      if (value === undefined || value === '') break
      return { kind: 'check', check: { kind, text: value } }
    case 'login':
      if (value === undefined || !/^[A-Za-z0-9_][^\s:]*$/.test(value)) break
      return { kind: 'check', check: { ...endOf('ssh', undefined, config), kind, user: value } }
    case 'ssh':
    case 'tcp':
      return { kind: 'check', check: { ...endOf(kind, value, config), kind } }
  }
  throw new BmcError('invalid-field', wrongGoal(word) ?? `"${word}" is nothing to wait for`)
}

/** `ssh` alone is the port that the node's own `ready` names, else 22. */
function endOf(
  kind: 'ssh' | 'tcp',
  value: string | undefined,
  { address, ready, at }: NodeConfig,
): { readonly host: string; readonly port: number } {
  const own = ready?.checks.flatMap((check) =>
    check.kind === kind || (check.kind === 'login' && kind === 'ssh') ? [{ host: check.host, port: check.port }] : [],
  )[0]
  if (value === undefined && own !== undefined) return own
  if (value === undefined && kind === 'tcp') throw new BmcError('invalid-field', 'which port? Write tcp=PORT')
  const text = value ?? String(SSH_PORT)
  if (text.includes(':')) {
    const end = readHostPort(text)
    if (typeof end === 'string') throw new BmcError('invalid-field', `${kind}=${text}: ${end}`)
    return end
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0
  if (port < 1 || port > 65_535) throw new BmcError('invalid-field', `"${text}" is no port from 1 to 65535`)
  if (address !== undefined) return { host: address, port }
  throw new BmcError(
    'wrong-state',
    `it has no address: write address: at the node (${at.file}:${at.line}), or ${kind}=HOST:${text}`,
  )
}
