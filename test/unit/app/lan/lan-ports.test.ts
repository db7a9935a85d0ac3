import { describe, expect, it } from 'vitest'
import { openAddress } from '../../../../src/app/lan/lan-ports.ts'
import { SetupError } from '../../../../src/base/errors.ts'
import type { AddressConfig } from '../../../../src/config/config.ts'

const at = { file: 'lab.yaml', line: 7, column: 12, length: 9 }

function address(host: string, port: number | 'auto'): AddressConfig {
  return { host, port, at }
}

/** A system that refuses as told, and remembers what was tried. */
function system(refuses: (host: string, port: number) => string | undefined) {
  const tried: string[] = []
  const open = async (host: string, port: number) => {
    tried.push(`${host}:${port}`)
    const code = refuses(host, port)
    if (code !== undefined) throw Object.assign(new Error(code), { code })
    return { listener: 'open', bound: { address: host, port } }
  }
  return { tried, open }
}

describe('port: auto', () => {
  it('is 623 where the system allows it, and nothing is said', async () => {
    const { open } = system(() => undefined)
    const opened = await openAddress(address('127.10.0.1', 'auto'), 'cn01', open)
    expect(opened.bound).toEqual({ address: '127.10.0.1', port: 623 })
    expect(opened.note).toBeUndefined()
  })

  it('is the first free port from 6230 on for an ordinary user', async () => {
    const { open } = system((_, port) => (port < 1024 ? 'EACCES' : port < 6232 ? 'EADDRINUSE' : undefined))
    const opened = await openAddress(address('127.10.0.1', 'auto'), 'cn01', open)
    expect(opened.bound.port).toBe(6232)
    expect(opened.note).toContain('6232')
  })

  it('moves to 127.0.0.1 where other loopback addresses do not exist', async () => {
    const { open, tried } = system((host) => (host === '127.0.0.1' ? undefined : 'EADDRNOTAVAIL'))
    const opened = await openAddress(address('127.10.0.2', 'auto'), 'cn02', open)
    expect(opened.bound).toEqual({ address: '127.0.0.1', port: 6230 })
    expect(opened.note).toContain('127.0.0.1 port 6230')
    expect(tried).toEqual(['127.10.0.2:623', '127.0.0.1:6230'])
  })

  it('does not move an address that is no loopback', async () => {
    const { open } = system(() => 'EADDRNOTAVAIL')
    await expect(openAddress(address('192.0.2.7', 'auto'), 'cn02', open)).rejects.toThrow(SetupError)
  })
})

describe('a port that was asked for', () => {
  it.each([
    ['EADDRINUSE', /in use.*Stop that program.*lab\.yaml:7/],
    ['EACCES', /need root.*lab\.yaml:7/],
    ['EADDRNOTAVAIL', /not on this machine.*ip addr add 127\.10\.0\.1\/32 dev lo.*lab\.yaml:7/],
    ['ENOTFOUND', /has no address.*lab\.yaml:7/],
    ['EMFILE', /EMFILE.*lab\.yaml:7/],
  ])('is never exchanged for another: %s says what to do', async (code, words) => {
    const { open, tried } = system(() => code)
    const failure = await openAddress(address('127.10.0.1', 623), 'cn01', open).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(SetupError)
    expect(String(failure)).toMatch(words)
    expect(tried).toEqual(['127.10.0.1:623'])
  })

  it('lets a mistake of ours through as it is', async () => {
    const open = async () => {
      throw new TypeError('ours')
    }
    await expect(openAddress(address('127.10.0.1', 623), 'cn01', open)).rejects.toThrow(TypeError)
  })
})
