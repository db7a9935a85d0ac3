import { join } from 'node:path'
import { administration, findProgram } from './find-program.ts'

/** What a DHCP client needs to know. */
export interface Errand {
  readonly device: string
  readonly hostname: string
  /** Runs on every event. */
  readonly script: string
  /** For what a client wants to write. */
  readonly folder: string
}

export interface DhcpProgram {
  readonly path: string
  readonly arguments: (errand: Errand) => readonly string[]
  /** Configuration to be written before it starts, by file name. */
  readonly files: (errand: Errand) => Readonly<Record<string, string>>
}

type Known = Omit<DhcpProgram, 'path'>

/**
 * Both stay in the foreground, ask again every few seconds for as long as there is no answer, and renew by themselves. udhcpc
 * first: dhclient is no longer maintained, and confined to its own scripts on some systems (AppArmor).
 */
const known: Readonly<Record<string, Known>> = {
  udhcpc: {
    arguments: ({ device, hostname, script }) => [
      '-f',
      '-i',
      device,
      '-s',
      script,
      '-x',
      `hostname:${hostname}`,
      '-t',
      '4',
      '-T',
      '2',
      '-A',
      '3',
    ],
    files: () => ({}),
  },
  dhclient: {
    arguments: ({ device, script, folder }) => {
      const [conf, leases] = [join(folder, 'dhclient.conf'), join(folder, 'dhclient.leases')]
      return ['-4', '-d', '-sf', script, '-cf', conf, '-lf', leases, '-pf', join(folder, 'dhclient.pid'), device]
    },
    files: ({ hostname }) => ({
      'dhclient.conf': `send host-name "${hostname}";
request subnet-mask, routers;
timeout 15; retry 3; reboot 3; initial-interval 1; backoff-cutoff 4;
`,
      'dhclient.leases': '',
    }),
  },
}

/** The first that is on this machine. */
export function findDhcpProgram(path = process.env.PATH ?? '', also = administration): DhcpProgram | undefined {
  for (const [name, program] of Object.entries(known)) {
    const found = findProgram(name, path, also)
    if (found !== undefined) return { path: found, ...program }
  }
  return undefined
}
