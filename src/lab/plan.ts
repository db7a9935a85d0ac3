import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { folderName } from '../app/folders.ts'
import { SetupError } from '../base/errors.ts'
import type { LabConfig, LabRedfishConfig, ListenConfig, NetworkConfig, NodeConfig } from '../config/config.ts'
import { keyFileIn, NO_KEY_FILE } from './key-file.ts'
import { ledgerIn } from './ledgers.ts'
import { sshKeyIn } from './ssh-key-file.ts'
import { lockState, type StateLock } from './state-lock.ts'

/** What is to run, and where it keeps what outlives it. */
export interface LabPlan extends LabContent {
  readonly name: string
  /** Of what was made on this machine; undefined: it is not kept. */
  readonly ledger?: string | undefined
  /** Folders that no other process may use at the same time. */
  readonly locks: readonly string[]
}

/** What of it can change while it runs. */
export interface LabContent {
  readonly nodes: readonly PlannedNode[]
  readonly networks: readonly NetworkConfig[]
  /** Where cloud-init's seeds are served. */
  readonly seeds?: ListenConfig | undefined
  /** Where all nodes have one Redfish. */
  readonly redfish?: LabRedfishConfig | undefined
}

export interface PlannedNode {
  readonly config: NodeConfig
  /** State, scrollback and logs; undefined: nothing is kept. */
  readonly folder: string | undefined
  /** Of the key that seals what is secret in there; undefined: it stays in clear. */
  readonly keyFile?: string | undefined
  /** Of what was made on this machine for this node; undefined: it is not kept. */
  readonly ledger?: string | undefined
  /** Where the lab's private ssh key is; undefined: this node wants none. */
  readonly sshKey?: string | undefined
  /** What an earlier node of this name has left is removed first. */
  readonly anew?: boolean
}

/** A lab file's nodes, all below one state folder. `keyFile`: where the user wants the key, or "none". `anew`: names. */
export function planLab(
  name: string,
  {
    nodes,
    networks,
    seeds,
    redfish,
  }: Pick<LabConfig, 'nodes' | 'networks'> & Partial<Pick<LabConfig, 'seeds' | 'redfish'>>,
  stateFolder: string,
  keyFile?: string,
  anew: ReadonlySet<string> = new Set(),
): LabPlan {
  return {
    name,
    networks,
    seeds,
    redfish,
    ledger: ledgerIn(stateFolder),
    nodes: nodes.map((config) => ({
      config,
      folder: join(stateFolder, folderName(config.name)),
      ledger: ledgerIn(stateFolder),
      keyFile: chosenKeyFile(keyFile, stateFolder),
      sshKey: wantsSshKey(config) ? sshKeyIn(stateFolder) : undefined,
      anew: anew.has(config.name),
    })),
    locks: [stateFolder],
  }
}

/** `ipmi_sim`'s layout: `<state>/ipmi_sim/<name>/`. Several processes may share <state>, so each BMC's own folder is locked. */
export function planBmcs(
  name: string,
  bmcs: readonly { readonly config: NodeConfig; readonly state: string | undefined }[],
  keyFile?: string,
): LabPlan {
  const nodes = bmcs.map(({ config, state }) => {
    if (state === undefined) return { config, folder: undefined }
    const folder = join(state, 'ipmi_sim', folderName(config.name))
    return { config, folder, keyFile: chosenKeyFile(keyFile, state), ledger: ledgerIn(folder) }
  })
  refuseDoubles(nodes)
  return { name, nodes, networks: [], locks: nodes.map((node) => node.folder).filter((folder) => folder !== undefined) }
}

function wantsSshKey({ machine }: NodeConfig): boolean {
  return machine.kind === 'qemu' && machine.cloudInit?.sshKey === true
}

function chosenKeyFile(wanted: string | undefined, stateFolder: string): string | undefined {
  return wanted === NO_KEY_FILE ? undefined : (wanted ?? keyFileIn(stateFolder))
}

/** Before anything looks into the folders. */
export function removeOld(nodes: readonly PlannedNode[]): void {
  for (const { folder, anew } of nodes) {
    if (anew && folder !== undefined) rmSync(folder, { recursive: true, force: true })
  }
}

/** Takes every lock, or none. */
export function lockAll(folders: readonly string[]): StateLock {
  const held: StateLock[] = []
  const release = () => {
    for (const lock of held) lock.release()
  }
  try {
    for (const folder of folders) held.push(lockState(folder))
  } catch (error) {
    release()
    throw error
  }
  return { release, wasHeld: held.some((lock) => lock.wasHeld) }
}

/** Names are how `power` and `console` find a node, and what its state is kept under. */
function refuseDoubles(nodes: readonly PlannedNode[]): void {
  const seen = new Map<string, NodeConfig>()
  for (const { config } of nodes) {
    const other = seen.get(config.name)
    if (other !== undefined) {
      throw new SetupError(
        `two BMCs are called "${config.name}": ${other.at.file}:${other.at.line} and ${config.at.file}:${config.at.line}. Give one another name`,
      )
    }
    seen.set(config.name, config)
  }
}
