import { chmodSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { HostNicOptions } from '../backends/qemu/host-nic.ts'
import type { Clock } from '../base/clock.ts'
import { BmcError, messageOf, SetupError } from '../base/errors.ts'
import { type Ledger, ledgerOf } from '../base/ledger.ts'
import type { Logger } from '../base/logger.ts'
import { packageFolder } from '../base/package-folder.ts'
import type { Random } from '../base/random.ts'
import type { SecretBox } from '../base/secret-box.ts'
import type { Wheel } from '../base/wheel.ts'
import { Bmc } from '../bmc/bmc.ts'
import { lastPowerIn } from '../bmc/power/power.ts'
import { FileStore, MemoryStore } from '../bmc/store.ts'
import { execute } from '../commands/execute.ts'
import type { NodeConfig } from '../config/config.ts'
import { defaultPersonality } from '../config/personality/find.ts'
import { InbandDoor } from '../inband/inband-door.ts'
import { emulatorStorage } from './emulator/emulator-storage.ts'
import { makeEmulator, openJournal, untilSleep } from './emulator/node-emulator.ts'
import { Persistence } from './emulator/persistence.ts'
import { shortFolderName } from './folders.ts'
import { guidOfName, uuidText } from './guid.ts'
import type { NodeShelves } from './http/node-shelf.ts'
import { LanDoors } from './lan/lan-doors.ts'
import { networkOf } from './lan/lan-network.ts'
import { trapSender } from './lan/trap-sender.ts'
import { hostNicMac } from './mac.ts'
import { createMachine, hasIpmiDevice, isRealQemu, systemInterface } from './machines.ts'
import { makersPart } from './makers-part.ts'
import { MediaFiles } from './media/media-files.ts'
import { KeptLinks } from './nics/kept-links.ts'
import type { Networks } from './nics/networks.ts'
import { NodeNics } from './nics/node-nics.ts'
import { Node } from './node.ts'
import { keptConsole, openHub } from './node-console.ts'
import type { Personalities } from './personalities.ts'
import { Progress } from './ready/progress.ts'
import { forgetFiles, type Kept, staysInStore } from './redfish/defaults.ts'
import type { LabWeb } from './redfish/lab-web.ts'
import { RedfishDoors } from './redfish/redfish-doors.ts'
import { serviceUuid } from './redfish/service-uuid.ts'
import { seedOf } from './seed-files.ts'
import { type SeedServer, seedShelf } from './seed-server.ts'
import { channelSeed, withSel } from './seeds.ts'

/**
 * app/ puts one simulated node together: configuration, machine, BMC, console and doors, and takes it apart again. It is
 * the only room that sees both config/ and backends/; it decides nothing that IPMI has a word for.
 */
export interface NodeSurroundings {
  /** Of the whole lab; every node has a folder of its own in it. */
  readonly runFolder: string
  readonly networks: Networks
  /** Of the lab: what must be taken away again. */
  readonly ledger: Ledger
  readonly clock: Clock
  readonly wheel: Wheel
  readonly random: Random
  readonly log: Logger
  /** Told when the disks of a node are being made; there is no node yet. */
  readonly onDisk?: (node: string) => void
  /** Ends the process; undefined where it runs more than one node. */
  readonly quit?: () => void
  /** The process before this one was killed, or the node is made anew: its machine goes on, or is as it was. */
  readonly resumed?: boolean
  /** Seals passwords on disk; without one they are in clear there. */
  readonly secrets?: SecretBox | undefined
  /** The lab's public ssh key. */
  readonly sshKey?: string | undefined
  /** Where Redfish is served; without one it is not. */
  readonly web?: LabWeb | undefined
  /** The file of the private one. */
  readonly sshKeyFile?: string | undefined
  /** What is served of each node. */
  readonly shelves?: NodeShelves | undefined
  /** Makes a node anew, of what `between` leaves of its state; its machine goes on. */
  readonly renew?: ((node: string, between: () => void) => void) | undefined
  /** Seeds are served here too. */
  readonly seedServer?: SeedServer | undefined
}

/** Makes a node; nothing of it is reachable before `openDoors`, and nothing runs before `startMachine`. */
export async function createNode(
  config: NodeConfig,
  folder: string | undefined,
  around: NodeSurroundings,
  personalities: Personalities,
): Promise<Node> {
  const { clock, wheel, random } = around
  const log = around.log.child({ node: config.name })
  const isQemu = isRealQemu(config.machine)
  const runDir = join(around.runFolder, shortFolderName(config.name))
  if (isQemu || folder === undefined) makeFolder(runDir)
  const logDir = folder ?? runDir
  // A simulated machine logs nothing: its folder is made with the first thing that the BMC keeps.
  const isNew = folder !== undefined && !existsSync(folder)
  if (folder !== undefined && (isQemu || config.machine.kind === 'command' || !isNew)) makeFolder(folder)
  const guid = config.identity.guid ?? guidOfName(config.name)

  const ipmiSocketPath = hasIpmiDevice(config.machine) ? join(runDir, 'ipmi.sock') : undefined
  const hasHostNic = isQemu && config.redfish?.hostInterface === true && around.web !== undefined
  const hostSocket = hasHostNic ? join(runDir, 'host.sock') : undefined
  const inband = makeInband(config, ipmiSocketPath, clock, log)
  const seed = seedOf(config.machine, config.name, around.sshKey)
  const endSeed = seed && around.shelves?.serve(config.name, [config.name, ...seed.macs], seedShelf(seed.files))
  const persistence = new Persistence()
  const { before } = untilSleep(config.emulator)
  for (const one of before) if (one.kind === 'persist') persistence.set(one.on)
  const kept = folder === undefined ? new MemoryStore() : stateFile(folder, config.name, around.secrets, isNew)
  const store = persistence.store(kept)
  const lastPower = around.resumed ? lastPowerIn(store) : undefined
  const nics = new NodeNics(
    config.machine,
    config.name,
    around.networks,
    isQemu,
    isQemu ? new KeptLinks(runDir) : undefined,
  )
  const hasDisks = isRealQemu(config.machine) && (config.machine.ownDisk !== undefined || seed?.asDisk === true)
  if (hasDisks) around.onDisk?.(config.name)
  const machine = await createMachine(config.machine, {
    name: config.name,
    cwd: config.cwd,
    uuid: uuidText(guid),
    runDir,
    logDir,
    vmLink: inband,
    nics: nics.forQemu(),
    hostNic: hostSocket === undefined ? undefined : hostNicOf(config.name, hostSocket),
    ledger: ledgerOf(around.ledger, { node: config.name }),
    seed: seed?.asDisk ? seed.files : undefined,
    kept: keptConsole(config, folder),
    ipmiSocketPath,
    lastPower,
    clock,
    log,
  })

  nics.attach(machine)

  const hub = await openHub(config, machine, folder, { clock, log, isNew })
  const { personality } = config
  const described = personality ?? personalities.named(defaultPersonality)
  const storage = personalities.storage(described, config.name, config.identity.deviceSupport)
  const lan = config.channels.map((channel) => {
    const networks = networkOf(channel, { node: config.name, folder: logDir, ledger: around.ledger, clock, log })
    return new LanDoors({ config: channel, node: config.name, ...networks, clock, wheel, random, log })
  })
  const bmc = new Bmc({
    name: config.name,
    clock,
    random,
    log,
    store,
    journal: persistence.journal(openJournal(folder, 'sel.log', isNew)),
    storage: withSel(
      config.sel,
      emulatorStorage(before, config.ipmbAddress, storage, { cwd: config.cwd, bmc: config.ipmbAddress }),
    ),
    machine,
    device: config.identity,
    guid,
    users: config.users,
    ...(personality === undefined ? {} : makersPart(personality, config)),
    channels: config.channels.map((channel, i) =>
      channelSeed(channel, { name: config.name, cwd: config.cwd, clock, log, card: lan[i] }),
    ),
    openConsole: hub && (() => hub.open()),
    sendTrap: trapSender(lan),
    mediaSource: new MediaFiles(join(logDir, 'media'), config.redfish?.images),
    hostInterface: hostSocket === undefined ? undefined : { certificate: () => certificateOf(redfish) },
    address: config.ipmbAddress,
    systemInterface: systemInterface(config.machine),
  })
  const { emulator, controllers } = makeEmulator({ config, folder, around, bmc, store, persistence })
  // The guest asks through its system interface: channel Fh, no session (IPMI 2.0 §6.8).
  const by = { door: 'system', channel: 0x0f, session: undefined, privilege: 'OEM' } as const
  const progress = new Progress({ machine, hub, power: bmc.power })
  bmc.bootProgress.reached(progress.stage)
  progress.onChange((stage) => bmc.bootProgress.reached(stage))
  inband?.serve((netFn, lun, cmd, data) => {
    progress.guestAsks()
    return execute({ bmc, by, lun }, netFn, cmd, data)
  })
  if (inband !== undefined) bmc.messages.attach(inband)
  const { web, renew } = around
  const resetToDefaults = (what: Kept) =>
    renew?.(config.name, () => {
      if (folder === undefined || !(kept instanceof FileStore)) return
      kept.retain(staysInStore(what))
      forgetFiles(folder, what)
    })
  const redfish: RedfishDoors | undefined =
    config.redfish &&
    web &&
    new RedfishDoors({
      hostSocket,
      config: config.redfish,
      node: config.name,
      personality: described,
      xname: config.xname,
      bmc,
      lan,
      web,
      hub,
      folder,
      resetToDefaults: folder === undefined || renew === undefined ? undefined : resetToDefaults,
      clock,
      random,
      log,
    })
  const { seedServer, shelves } = around
  const requests = () => {
    // A network that we serve has them too, whether or not anybody was told.
    const seeds = shelves?.requests(config.name, 'seed')
    const served = seedServer?.isOpen || (seeds?.length ?? 0) > 0
    return { seed: served ? seeds : undefined, boot: shelves?.requests(config.name, 'boot') }
  }
  return new Node({
    requests,
    endSeed,
    config,
    sshKeyFile: around.sshKeyFile,
    clock,
    wheel,
    log,
    random,
    machine,
    nics,
    bmc,
    hub,
    inband,
    lan,
    redfish,
    personality: described,
    controllers,
    emulator,
    progress,
  })
}

/** The machine's card whose other end is its BMC. */
function hostNicOf(node: string, socketPath: string): HostNicOptions {
  const relay = [process.execPath, join(packageFolder, 'dist', 'host-relay.js')]
  return { mac: hostNicMac(node), serviceUuid: serviceUuid(node), hostName: `${node}-bmc`, socketPath, relay }
}

async function certificateOf(redfish: RedfishDoors | undefined): Promise<Uint8Array> {
  if (redfish === undefined) throw new BmcError('not-found', 'there is no Redfish, and no certificate of it')
  return redfish.certificate()
}

function makeInband(
  config: NodeConfig,
  ipmiSocketPath: string | undefined,
  clock: Clock,
  log: Logger,
): InbandDoor | undefined {
  if (config.vmLink !== undefined) {
    const { host, port } = config.vmLink
    return new InbandDoor({ listen: { host, port }, clock, log })
  }
  return ipmiSocketPath === undefined ? undefined : new InbandDoor({ listen: { path: ipmiSocketPath }, clock, log })
}

/** What a node of that name had in the run folder of its lab. */
export function removeRunFolder(runFolder: string, name: string): void {
  rmSync(join(runFolder, shortFolderName(name)), { recursive: true, force: true })
}

/** Everything a BMC keeps. What is configured wins over nothing; what was set wins over what is configured. */
export function stateFileIn(folder: string): string {
  return join(folder, 'state.json')
}

function stateFile(folder: string, owner: string, box: SecretBox | undefined, isNew: boolean): FileStore {
  return new FileStore(stateFileIn(folder), box && { box, owner }, isNew)
}

/** Nobody else's to look into, also where an earlier start or another program left it open. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    if ((statSync(folder).mode & 0o077) !== 0) chmodSync(folder, 0o700)
  } catch (error) {
    throw new SetupError(`cannot make the folder ${folder}: ${messageOf(error)}`, { cause: error })
  }
}
