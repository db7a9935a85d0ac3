import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { endianness } from 'node:os'

/**
 * Which process stands in the way of a UDP address and port, as ` (pid 4711, ipmi_sim)`; empty where the system does not
 * tell (no /proc, a process of another user, a host name). Only to make an error message useful: the user may end that
 * process, so better nobody is named than somebody who has the port on another address.
 */
export function udpPortOwner(host: string, port: number): string {
  const family = isIP(host)
  if (family === 0) return ''
  const wanted = new BlockList()
  wanted.addAddress(host, family === 6 ? 'ipv6' : 'ipv4')
  const stands = (address: string) =>
    isWildcard(host) || isWildcard(address) || wanted.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  try {
    const inodes = new Set(
      ['/proc/net/udp', '/proc/net/udp6']
        .flatMap(sockets)
        .filter((socket) => socket.port === port && stands(socket.address))
        .map((socket) => socket.inode),
    )
    if (inodes.size === 0) return ''
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && holds(pid, inodes)) return ` (pid ${pid}, ${commandOf(pid)})`
    }
  } catch {
    // No /proc here.
  }
  return ''
}

/** The lines of one table: `sl local_address rem_address ... inode`, addresses as `0100007F:026F`. */
function sockets(table: string): { address: string; port: number; inode: string }[] {
  return readFileSync(table, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .map((fields) => {
      const [address, port] = fields[1].split(':')
      return { address: addressText(address), port: Number.parseInt(port, 16), inode: fields[9] }
    })
}

/** The kernel prints an address as 32-bit words in the order of the machine. */
function addressText(hex: string): string {
  const bytes = Buffer.from(hex, 'hex')
  if (endianness() === 'LE') bytes.swap32()
  if (bytes.length === 4) return bytes.join('.')
  return (bytes.toString('hex').match(/.{4}/g) ?? []).join(':')
}

function isWildcard(address: string): boolean {
  return /^[0:.]+$/.test(address)
}

function holds(pid: string, inodes: ReadonlySet<string>): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some((fd) => {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      return inode !== undefined && inodes.has(inode)
    })
  } catch {
    return false
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return 'a program'
  }
}
