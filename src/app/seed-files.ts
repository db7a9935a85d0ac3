import { stringify } from 'yaml'
import type { CloudInitConfig, MachineConfig } from '../config/config.ts'

/** The files of a NoCloud seed by their names. */
export type SeedFiles = ReadonlyMap<string, string>

/** A node's seed, and where it is to be found. */
export interface NodeSeed {
  readonly files: SeedFiles
  readonly macs: readonly string[]
  readonly asDisk: boolean
}

/** `sshKey`: the lab's public one. */
export function seedOf(machine: MachineConfig, node: string, sshKey: string | undefined): NodeSeed | undefined {
  if (machine.kind !== 'qemu' || machine.cloudInit === undefined) return undefined
  const { cloudInit, nics } = machine
  const files = seedFiles(cloudInit, node, cloudInit.sshKey ? sshKey : undefined)
  return { files, macs: nics.map(({ mac }) => mac), asDisk: cloudInit.disk }
}

/**
 * What cloud-init's NoCloud finds. The lab's key is let in by user-data where that is ours to write, and by meta-data where the
 * user wrote a text: that stays as it is.
 */
export function seedFiles(
  { userData, metaData, networkConfig }: Pick<CloudInitConfig, 'userData' | 'metaData' | 'networkConfig'>,
  node: string,
  publicKey: string | undefined,
): SeedFiles {
  const own = { 'instance-id': node, 'local-hostname': node }
  const keys = publicKey === undefined ? [] : [publicKey]
  const isText = typeof userData === 'string'
  const facts = isText && keys.length > 0 ? { ...own, 'public-keys': keys } : own
  return new Map([
    ['user-data', isText ? userData : `#cloud-config\n${stringify(withKeys(userData, keys), { lineWidth: 0 })}`],
    ['meta-data', stringify({ ...facts, ...metaData }, { lineWidth: 0 })],
    ...(networkConfig === undefined ? [] : [['network-config', networkConfig] as const]),
  ])
}

function withKeys(userData: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  if (keys.length === 0) return userData
  const said = userData.ssh_authorized_keys
  return { ...userData, ssh_authorized_keys: [...(Array.isArray(said) ? said : []), ...keys] }
}
