import { readdirSync, readFileSync } from 'node:fs'

/** The processes whose command line is QEMU's and holds `words`, asked of the kernel: the truth behind "power is on". */
export function qemuProcesses(words: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const line = commandLine(pid)
      return /qemu-system[^ ]*$/.test(line[0] ?? '') && line.join(' ').includes(words)
    })
}

function commandLine(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
  } catch {
    return [] // it ended while we looked
  }
}
