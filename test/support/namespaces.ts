import { execFileSync } from 'node:child_process'
import { requireTool } from './tools.ts'

/**
 * True where network namespaces can be made (root, iproute2). Where not: a failure in CI, else the tests that need them are
 * skipped, loudly.
 */
export function requireNamespaces(): boolean {
  if (!requireTool('ip', 'iproute2')) return false
  const name = `bmcsim-t-${process.pid}-try`
  try {
    ip('netns', 'add', name)
    ip('netns', 'del', name)
    return true
  } catch (error) {
    if (process.env.CI === 'true') throw error
    process.stderr.write('\n*** SKIPPED: network namespaces need root ***\n\n')
    return false
  }
}

/** Two machines on one wire: `host` with a bridge br0 that has `addresses`, and `peer` with an address on the same net. */
export interface Wire {
  readonly host: string
  readonly peer: string
  /** The IPv4 addresses of br0. */
  addresses(): string[]
  /** The MAC of br0. */
  mac(): string
  /** In the host, in the peer. */
  ipHost(...args: string[]): string
  ipPeer(...args: string[]): string
  /** Both machines are gone. */
  remove(): void
}

export function makeWire(peerAddress: string, ...addresses: string[]): Wire {
  const host = `bmcsim-t-${process.pid}-h`
  const peer = `bmcsim-t-${process.pid}-p`
  for (const name of [host, peer]) ip('netns', 'add', name)
  const ipHost = (...args: string[]) => ip('-n', host, ...args)
  const ipPeer = (...args: string[]) => ip('-n', peer, ...args)
  ipHost('link', 'set', 'lo', 'up')
  ipHost('link', 'add', 'br0', 'type', 'bridge')
  ipHost('link', 'set', 'br0', 'up')
  ipHost('link', 'add', 'port0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', peer)
  ipHost('link', 'set', 'port0', 'master', 'br0', 'up')
  for (const address of addresses) ipHost('address', 'add', address, 'dev', 'br0')
  ipPeer('link', 'set', 'eth0', 'up')
  ipPeer('address', 'add', peerAddress, 'dev', 'eth0')
  return {
    host,
    peer,
    ipHost,
    ipPeer,
    remove() {
      for (const name of [host, peer]) ip('netns', 'del', name)
    },
    addresses: () =>
      [...ipHost('-4', '-o', 'address', 'show', 'dev', 'br0').matchAll(/inet (\S+)/g)].map(([, it]) => it),
    mac: () => /link\/ether (\S+)/.exec(ipHost('link', 'show', 'br0'))?.[1] ?? '',
  }
}

/** All network namespaces that have a name. */
export function namespaceNames(): string[] {
  return ip('netns', 'list')
    .split('\n')
    .map((line) => line.split(' ')[0])
    .filter((name) => name !== '')
}

function ip(...args: string[]): string {
  return execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
