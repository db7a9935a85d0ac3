import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/**
 * Which process holds a UDP port, as ` (pid 4711, ipmi_sim)`; empty where the system does not tell (no /proc, or a process of
 * another user). Only to make an error message useful.
 */
export function udpPortOwner(port: number): string {
  try {
    const inodes = new Set([...inodesOf('/proc/net/udp', port), ...inodesOf('/proc/net/udp6', port)])
    if (inodes.size === 0) return ''
    for (const pid of readdirSync('/proc')) {
      if (/^\d+$/.test(pid) && holds(pid, inodes)) return ` (pid ${pid}, ${commandOf(pid)})`
    }
  } catch {
    // No /proc here.
  }
  return ''
}

function inodesOf(table: string, port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, '0')
  return readFileSync(table, 'utf8')
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[1]?.split(':')[1] === wanted)
    .map((fields) => fields[9])
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
