import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** What Linux counts of one process (proc(5)); on other systems, and of a process that has ended, all is undefined. */

/** The kernel shows times in these whatever it counts in itself (USER_HZ, 100 on every architecture that Node runs on). */
const TICK_MS = 10

/** Fields 14 to 17 of /proc/PID/stat: user and system time, its own and its children's. */
export function cpuMsOf(pid: number): number | undefined {
  const fields = statFields(pid)
  if (fields === undefined) return undefined
  const ticks = [11, 12, 13, 14].reduce((sum, i) => sum + Number(fields[i]), 0)
  return Number.isFinite(ticks) ? ticks * TICK_MS : undefined
}

/** Bytes of memory that are its own: RssAnon and RssShmem of /proc/PID/status, which leave out the program itself. */
export function memoryBytesOf(pid: number): number | undefined {
  const text = read(`/proc/${pid}/status`)
  if (text === undefined) return undefined
  const kib = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1])
  const bytes = (kib('RssAnon') + kib('RssShmem')) * 1024
  return Number.isFinite(bytes) ? bytes : undefined
}

/** Bytes read and written by system calls, whatever was behind them (/proc/PID/io). */
export function ioBytesOf(pid: number): number | undefined {
  const text = read(`/proc/${pid}/io`)
  if (text === undefined) return undefined
  const bytes = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1])
  const sum = bytes('rchar') + bytes('wchar')
  return Number.isFinite(sum) ? sum : undefined
}

/** Bytes that a network interface has carried in both directions; undefined where there is none of that name. */
export function interfaceBytes(name: string): number | undefined {
  const folder = `/sys/class/net/${name}/statistics`
  const bytes = (direction: string) => Number(read(`${folder}/${direction}_bytes`) ?? Number.NaN)
  const sum = bytes('rx') + bytes('tx')
  return Number.isFinite(sum) ? sum : undefined
}

/**
 * The tap interfaces that a process holds open, whoever made them for it: /proc/PID/fdinfo names them (`iff:`). None where
 * it lives in another network namespace, since their counters are not seen from here.
 */
export function tapsOf(pid: number): readonly string[] {
  try {
    if (readlinkSync(`/proc/${pid}/ns/net`) !== readlinkSync('/proc/self/ns/net')) return []
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
      if (linkOf(`/proc/${pid}/fd/${fd}`) !== '/dev/net/tun') return []
      const name = /^iff:\s+(\S+)$/m.exec(read(`/proc/${pid}/fdinfo/${fd}`) ?? '')?.[1]
      return name === undefined ? [] : [name]
    })
  } catch {
    return []
  }
}

/** Behind the name of /proc/PID/stat, which may hold blanks and brackets: the state first. Undefined: ended. */
export function statFields(pid: number): readonly string[] | undefined {
  const text = read(`/proc/${pid}/stat`)
  if (text === undefined) return undefined
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}
