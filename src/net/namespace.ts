import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { BmcError, errnoOf, messageOf } from '../base/errors.ts'
import { type IpCommand, linkKind, linkState, namespaces } from './ip-command.ts'

/** The BMC's network card, as it is called inside. */
export const INNER = 'eth0'

/** A network namespace, and the end of its cable that is plugged into a bridge of this machine. */
export interface NamespaceNames {
  readonly namespace: string
  readonly cable: string
  /** For whoever looks at `ip link`. */
  readonly owner: string
}

/** Makes the namespace and plugs it into `bridge`. Rejects with a BmcError; what was made by then is the caller's to remove. */
export async function makeNamespace(ip: IpCommand, names: NamespaceNames, bridge: string): Promise<void> {
  const { namespace, cable, owner } = names
  await mustBeBridge(ip, bridge)
  await ip('netns', 'add', namespace)
  await ip('link', 'add', cable, 'type', 'veth', 'peer', 'name', INNER, 'netns', namespace)
  // No IPv6 addresses that nobody has asked for, and none of this machine's on the BMC's cable.
  await ip('link', 'set', 'dev', cable, 'addrgenmode', 'none')
  // A bridge takes the lowest MAC of its ports: were ours that, the host's own address would seem to move.
  await ip('link', 'set', 'dev', cable, 'address', highMac(cable))
  await ip('link', 'set', 'dev', cable, 'alias', `bmcsim: BMC of ${owner}`)
  await ip('link', 'set', 'dev', cable, 'master', bridge, 'up')
  await ip('-n', namespace, 'link', 'set', 'dev', 'lo', 'up')
  await ip('-n', namespace, 'link', 'set', 'dev', INNER, 'addrgenmode', 'none')
  await ip('-n', namespace, 'link', 'set', 'dev', INNER, 'up')
}

/** Made from the name, the same at every start. */
export function highMac(cable: string): string {
  const digest = createHash('sha1').update(cable, 'utf8').digest()
  return [0xfe, ...digest.subarray(0, 5)].map((byte) => byte.toString(16).padStart(2, '0')).join(':')
}

/** Rejects with a BmcError where something is left; what is not there is no mistake. */
export async function removeNamespace(ip: IpCommand, namespace: string): Promise<void> {
  if (!(await namespaces(ip)).includes(namespace)) return
  await endLeftClients(ip, namespace)
  await ip('netns', 'del', namespace)
}

export async function mustBeBridge(ip: IpCommand, bridge: string): Promise<void> {
  const kind = await linkKind(ip, bridge).catch((error: unknown) => {
    if (!/does not exist/.test(messageOf(error))) throw error
    const make = `ip link add ${bridge} type bridge && ip link set ${bridge} up`
    throw new BmcError('wrong-state', `there is no bridge ${bridge} on this machine; make it: ${make}`, {
      cause: error,
    })
  })
  if (kind !== 'bridge') {
    throw new BmcError(
      'wrong-state',
      `${bridge} is no bridge; make one (ip link add NAME type bridge) and put ${bridge} on it`,
    )
  }
  const { up } = await linkState(ip, bridge)
  if (!up) throw new BmcError('wrong-state', `the bridge ${bridge} is down; ip link set ${bridge} up`)
}

/** A DHCP client outlives a `kill -9` of the process that started it. A person's shell in the namespace is let be. */
async function endLeftClients(ip: IpCommand, namespace: string): Promise<void> {
  // Fails for a name that stands for no namespace any more: its mount is gone, and so is what ran in it.
  const pids = await ip('netns', 'pids', namespace).catch(() => '')
  for (const pid of pids.split(/\s+/).map(Number)) {
    if (pid > 0 && /^(udhcpc|dhclient)$/.test(nameOf(pid))) endProcess(pid)
  }
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim()
  } catch {
    return '' // it has ended meanwhile
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGTERM')
  } catch (error) {
    if (errnoOf(error) !== 'ESRCH') throw error
  }
}
