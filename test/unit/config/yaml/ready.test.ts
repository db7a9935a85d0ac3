import { describe, expect, it } from 'vitest'
import { lab, problemsOf } from '../../../support/config-files.ts'

const USERS = 'defaults:\n  users: [{ name: admin, password: secret }]\n'
/** Its first line is line 4. */
const nodes = (text: string) => lab(`${USERS}nodes:\n${text}\n`).nodes
const wrong = (text: string) => problemsOf(() => nodes(text))

describe('ready', () => {
  it('has checks of the node: address, ports and texts in step', () => {
    const found = nodes(
      '  cn[1-2]: { address: "10.0.0.[5-6]", ready: { ssh: 22, tcp: "[::1]:80[1-2]", console: "{name} login:", inband: true, command: "ping -c1 {address} # {name}", timeout: 90s } }',
    )
    expect(found[1].address).toBe('10.0.0.6')
    expect(found[1].ready).toEqual({
      timeoutMs: 90_000,
      checks: [
        { kind: 'ssh', host: '10.0.0.6', port: 22 },
        { kind: 'tcp', host: '::1', port: 802 },
        { kind: 'console', text: 'cn2 login:' },
        { kind: 'inband' },
        { kind: 'command', command: 'ping -c1 10.0.0.6 # cn2' },
      ],
    })
  })

  it('is a log-in where a user is named, at the port of ssh', () => {
    const checks = (text: string) => nodes(`  cn1: { address: 10.0.0.5, ready: { ${text} } }`)[0].ready?.checks
    expect(checks('login: root')).toEqual([{ kind: 'login', user: 'root', host: '10.0.0.5', port: 22 }])
    expect(checks('login: "{name}", ssh: "h:2201"')).toEqual([{ kind: 'login', user: 'cn1', host: 'h', port: 2201 }])
    expect(wrong('  a: { ready: { login: -x } }')[0]).toContain('login is the name of a user, like root')
    expect(wrong('  a: { ready: { login: root } }')[0]).toContain('port 22 of which address?')
  })

  it('of a node goes before that of the defaults, as a whole', () => {
    const [own, general] = lab(
      `defaults:\n  users: [{ name: a, password: b }]\n  ready: { inband: true, timeout: 10 }\nnodes:\n  a: { ready: { console: x } }\n  b:\n`,
    ).nodes
    expect(own.ready).toEqual({ timeoutMs: 120_000, checks: [{ kind: 'console', text: 'x' }] })
    expect(general.ready).toEqual({ timeoutMs: 10_000, checks: [{ kind: 'inband' }] })
  })

  it('says what is wrong', () => {
    expect(wrong('  a: { ready: { timeout: 5s } }')[0]).toContain('nothing says when it is ready; write one of ssh')
    expect(wrong('  a: { ready: { ssh: 22 } }')).toEqual([
      '4:22+2 port 22 of which address? Write address: at the node, or ssh: HOST:22',
    ])
    expect(wrong('  a: { ready: { consol: x } }')[0]).toContain('did you mean "console"?')
    expect(wrong('  a: { ready: { ssh: "h:0" } }')[0]).toContain('"0" is no port')
    expect(wrong('  a: { ready: { ssh: 70000 } }')[0]).toContain('ssh must be at most 65535')
    expect(wrong('  a: { ready: { console: x, timeout: soon } }')[0]).toContain('timeout must be a time up to 24h')
    expect(wrong('  a: { ready: { command: "x {address}" } }')[0]).toContain('this node has no {address}')
    expect(wrong('  a: { address: "a b" }')[0]).toContain('"a b" is no host name or address')
  })
})
