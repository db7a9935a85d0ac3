import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** In which a quota counts. */
const PERIOD_US = 100_000
/** Less is refused by the kernel. */
const LEAST_US = 1000
const NAME = /^bmcsim-(\d+)$/

/**
 * A control group of Linux for one process, whose processor time is held down to a quota: `cpu.cfs_quota_us` of version 1 (the kernel's
 * sched-bwc.rst), `cpu.max` of version 2 (cgroup-v2.rst). It lives as long as the process, whoever started it.
 */
export class CpuGroup {
  readonly #folder: string
  readonly #version: 1 | 2

  private constructor(folder: string, version: 1 | 2) {
    this.#folder = folder
    this.#version = version
  }

  /** Undefined where groups cannot be made here: without root, or where they are mounted to be read only. `proc`: /proc. */
  static make(pid: number, proc = '/proc'): CpuGroup | undefined {
    const place = placeFor(pid, proc)
    if (place === undefined) return undefined
    const { parent, version } = place
    const folder = join(parent, `bmcsim-${pid}`)
    try {
      sweep(parent, proc)
      mkdirSync(folder, { recursive: true })
      writeFileSync(join(folder, 'cgroup.procs'), String(pid))
      return new CpuGroup(folder, version)
    } catch {
      removed(folder)
      return undefined
    }
  }

  /** One that is there already, of an earlier process of ours. */
  static of(pid: number, proc = '/proc'): CpuGroup | undefined {
    const own = placesOf(pid, proc).find(({ parent }) => parent.endsWith(`/bmcsim-${pid}`))
    return own && new CpuGroup(own.parent, own.version)
  }

  /** `processors`: how many it may keep busy, a part of one too; undefined: as many as there are. */
  set(processors: number | undefined): void {
    const us = processors === undefined ? undefined : Math.max(Math.round(processors * PERIOD_US), LEAST_US)
    if (this.#version === 2) {
      this.#write('cpu.max', `${us ?? 'max'} ${PERIOD_US}`)
    } else {
      this.#write('cpu.cfs_period_us', String(PERIOD_US))
      this.#write('cpu.cfs_quota_us', String(us ?? -1))
    }
  }

  /** When its process has ended. False: it is still in it, as one is whose end its parent has not heard of. */
  remove(): boolean {
    return removed(this.#folder)
  }

  #write(file: string, text: string): void {
    writeFileSync(join(this.#folder, file), text)
  }
}

interface Place {
  readonly parent: string
  readonly version: 1 | 2
}

/** Where a group for it can be made: beside its own in version 1; in version 2 below a group that hands on processor time. */
function placeFor(pid: number, proc: string): Place | undefined {
  const places = placesOf(pid, proc)
  const first = places.find(({ version }) => version === 1)
  if (first !== undefined) return first
  const second = places.find(({ version }) => version === 2)
  for (let folder = second?.parent; second && folder && existsSync(join(folder, 'cgroup.procs')); ) {
    if (words(join(folder, 'cgroup.subtree_control')).includes('cpu')) return { parent: folder, version: 2 }
    folder = dirname(folder)
  }
  return undefined
}

/** Folders of the groups that it is in: that of the cpu controller, and that of version 2. */
function placesOf(pid: number, proc: string): readonly Place[] {
  const mounts = mountsIn(text(`${proc}/self/mountinfo`))
  return text(`${proc}/${pid}/cgroup`)
    .split('\n')
    .flatMap((line): Place[] => {
      const [, number, controllers = '', path = ''] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? []
      const version = number === '0' && controllers === '' ? 2 : 1
      if (version === 1 && !controllers.split(',').includes('cpu')) return []
      const mount = mounts.find((one) => one.version === version && `${path}/`.startsWith(`${one.root}/`))
      return mount === undefined ? [] : [{ parent: join(mount.at, path.slice(mount.root.length)), version }]
    })
}

/** proc(5): field 4 is what of the file system is mounted, field 5 where; its type and options stand behind a lone dash. */
function mountsIn(mountinfo: string) {
  return mountinfo.split('\n').flatMap((line) => {
    const [front, back = ''] = line.split(' - ')
    const [, , , root = '', at = ''] = front.split(' ')
    const [type, , options = ''] = back.split(' ')
    const isFirst = type === 'cgroup' && options.split(',').includes('cpu')
    if (!isFirst && type !== 'cgroup2') return []
    return [{ root: root === '/' ? '' : root, at, version: isFirst ? 1 : 2 } as const]
  })
}

/** Groups of processes that have ended while nobody of us was there. */
function sweep(parent: string, proc: string): void {
  for (const name of readdirSync(parent)) {
    const pid = NAME.exec(name)?.[1]
    if (pid !== undefined && !existsSync(`${proc}/${pid}`)) removed(join(parent, name))
  }
}

/** The kernel lets go of an empty one only. */
function removed(folder: string): boolean {
  try {
    rmdirSync(folder)
    return true
  } catch {
    // It is swept up the next time that one is made.
    return !existsSync(folder)
  }
}

function words(path: string): readonly string[] {
  return text(path).trim().split(' ')
}

function text(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
