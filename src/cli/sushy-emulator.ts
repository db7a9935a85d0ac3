import { mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { hex } from '../base/bytes.ts'
import type { LogLevel } from '../base/logger.ts'
import { systemRandom } from '../base/random.ts'
import type { LabRedfishConfig } from '../config/config.ts'
import { type FakeSystem, readSushyConfig, type SushyConfig } from '../config/sushy/sushy-config.ts'
import { UsageError } from './exit-code.ts'
import { err, type Io } from './io.ts'
import { portOption } from './port-option.ts'
import { up } from './up.ts'

export interface SushyEmulatorOptions {
  readonly config?: string
  readonly interface?: string
  readonly port?: string
  readonly state?: string
  readonly readyFile?: string
  readonly logLevel?: LogLevel
}

const LAB = 'fake-systems.yaml'

/** Runs a lab whose nodes have one Redfish, as a configuration of sushy-tools' emulator says. */
export async function sushyEmulator(
  io: Io,
  lab: string | undefined,
  options: SushyEmulatorOptions,
  demo: string,
): Promise<number> {
  const { redfish, fake, stateFolder, notes } = configOf(io, options)
  const state = options.state ?? stateFolder
  for (const note of notes) err(io, note)
  if (lab !== undefined && fake !== undefined) {
    throw new UsageError('the configuration has fake systems; leave the lab file out, or SUSHY_EMULATOR_FAKE_DRIVER')
  }
  const file = fake === undefined ? lab : writeFakeLab(io, fake, state)
  const { config: _, interface: host, port, ...rest } = options
  const place: LabRedfishConfig = {
    ...redfish,
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: portOption('--port', port) }),
  }
  return up(io, file, { ...rest, ...(state !== undefined && { state }), redfish: place }, demo)
}

function configOf(io: Io, { config }: SushyEmulatorOptions): SushyConfig {
  const path = config ?? io.env.SUSHY_EMULATOR_CONFIG
  if (path !== undefined && path !== '') return readSushyConfig(resolve(io.cwd, path), path)
  throw new UsageError('name the configuration: bmcsim sushy-emulator --config FILE')
}

/** A lab file of simulated machines, in the state folder. Their BMCs answer IPMI as well, to nobody's password. */
function writeFakeLab(io: Io, systems: readonly FakeSystem[], state: string | undefined): string {
  if (state === undefined) {
    throw new UsageError(
      'fake systems are kept somewhere: write SUSHY_EMULATOR_STATE_DIR, or name a folder with --state',
    )
  }
  const folder = resolve(io.cwd, state)
  const nodes = systems.map(({ uuid, name, on, macs }) => [
    name,
    {
      bmc: { guid: uuid, port: 'auto', redfish: false },
      machine: {
        kind: 'simulated',
        start: on ? 'now' : 'off',
        ...(macs.length > 0 && { nics: macs.map((mac) => ({ mac })) }),
      },
      users: [{ name: 'admin', password: hex(systemRandom.fill(new Uint8Array(8)), '') }],
    },
  ])
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, LAB)
  // JSON is YAML.
  writeFileSync(file, `${JSON.stringify({ nodes: Object.fromEntries(nodes) }, undefined, 2)}\n`, { mode: 0o600 })
  return file
}
