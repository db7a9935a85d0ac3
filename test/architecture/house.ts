/**
 * The house, as one table: which floor a room stands on and what it may import. `floors.ts` holds every source file
 * to it. A new room is a new row here; a room without a row does not pass.
 */
export interface Room {
  readonly floor: number
  /** Narrower than the floor allows: the only rooms this one may import. */
  readonly only?: readonly string[]
}

/** `main` stands for src/main.ts, which starts the command line and does nothing else. */
export const rooms: Readonly<Record<string, Room>> = {
  base: { floor: 0 },
  ipmi: { floor: 1, only: ['base'] },
  machine: { floor: 1, only: ['base'] },
  serial: { floor: 1, only: ['base'] },
  bmc: { floor: 2 },
  backends: { floor: 2, only: ['base', 'machine', 'serial'] },
  config: { floor: 2, only: ['base'] },
  console: { floor: 2, only: ['base'] },
  net: { floor: 2, only: ['base'] },
  commands: { floor: 3 },
  redfish: { floor: 3, only: ['base', 'machine', 'bmc'] },
  lan: { floor: 4 },
  inband: { floor: 4 },
  web: { floor: 4, only: ['base', 'redfish'] },
  app: { floor: 5 },
  lab: { floor: 6 },
  cli: { floor: 7 },
  main: { floor: 8, only: ['cli', 'base'] },
}

/** Rooms that only the named ones may import, so that no protocol can lean on a backend or on a file format. */
export const importers: Readonly<Record<string, readonly string[]>> = {
  backends: ['app', 'lab', 'cli'],
  config: ['app', 'lab', 'cli'],
  net: ['app', 'lab', 'cli'],
}

/**
 * Packages that one place alone may import. telnet-stream is AGPL-3.0 and node-pty may be missing: each is reached
 * through one module.
 */
export const packages: Readonly<Record<string, readonly string[]>> = {
  'telnet-stream': ['serial/telnet-port.ts'],
  'node-pty': ['serial/pty-port.ts'],
  'net-snmp': ['lan/snmp-trap.ts'],
  chokidar: ['lab/watched-files.ts'],
  pino: ['base/logger.ts'],
  commander: ['cli/'],
  fastify: ['web/'],
  '@peculiar/x509': ['web/'],
  'reflect-metadata': ['web/'],
}

/** What reads the outside world behind everybody's back, and the files (or folders, ending in /) that may. */
export const ambient: readonly { readonly what: string; readonly uses: RegExp; readonly allowed: readonly string[] }[] =
  [
    {
      what: 'the clock (take a Clock from base/clock.ts)',
      uses: /^(Date\.now|new Date\(\)|performance\.now|process\.hrtime(\.bigint)?|setTimeout|setInterval|node:timers(\/promises)?)$/,
      allowed: ['base/clock.ts'],
    },
    {
      what: 'chance (take a Random from base/random.ts)',
      uses: /^(Math\.random|node:crypto\.(randomBytes|randomUUID|randomInt|randomFill|randomFillSync))$/,
      allowed: ['base/random.ts'],
    },
    {
      what: 'the terminal or the process (only cli/ prints and ends the process)',
      uses: /^(process\.(exit|stdout|stderr)|console\.\w+)$/,
      allowed: ['cli/', 'main.ts'],
    },
  ]
