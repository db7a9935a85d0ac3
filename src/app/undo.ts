import { endMembers, membersOf, signalGroup } from '../backends/command/group-members.ts'
import type { Clock } from '../base/clock.ts'
import { endKnown, killKnown, runs } from '../base/known-process.ts'
import type { Ledger, Made } from '../base/ledger.ts'
import { natPrograms, putBackSysctl, removeIptablesChain, removeNftTable } from '../net/bridge/nat.ts'
import { detach, moveBack } from '../net/bridge/uplink.ts'
import { type IpCommand, ipCommand } from '../net/ip-command.ts'
import { removeAddress, removeInterface } from '../net/made.ts'
import { removeNamespace } from '../net/namespace.ts'

interface Means {
  readonly ip: IpCommand
  readonly clock: Clock
}

/** What became of one thing that was made. */
export interface Undone {
  readonly made: Made
  /** Why it is still there. */
  readonly failure: unknown
}

/** Takes away what `ledger` says that was made, as far as it is `chosen`: the processes at once, then the rest, the last first. */
export async function undoAll(
  ledger: Ledger,
  clock: Clock,
  chosen: (made: Made) => boolean = () => true,
): Promise<readonly Undone[]> {
  const undoOne = async (made: Made): Promise<Undone> => {
    try {
      await undo(made, { ip: ipCommand, clock })
      ledger.forget(made)
      return { made, failure: undefined }
    } catch (failure) {
      return { made, failure }
    }
  }
  const wanted = [...ledger.made].reverse().filter(chosen)
  const undone = await Promise.all(wanted.filter(({ kind }) => kind === 'process').map(undoOne))
  for (const made of wanted) if (made.kind !== 'process') undone.push(await undoOne(made))
  return undone
}

/** Whether it is there still, as far as that can be said without looking at the network. */
export function isLeft(made: Made): boolean {
  if (made.kind !== 'process') return true
  return made.group ? membersOf(made).length > 0 : runs(made)
}

/** A process at once, and nothing else. */
export function killMade(made: Made): void {
  if (made.kind !== 'process') return
  if (!made.group) killKnown(made)
  else if (membersOf(made).length > 0) signalGroup(made.pid, 'SIGKILL')
}

/** As people call it. */
export function madeText(made: Made): string {
  switch (made.kind) {
    case 'process':
      return `${made.what} (pid ${made.pid})`
    case 'interface':
      return `interface ${made.name}`
    case 'address':
      return `address ${made.address} on ${made.interface}`
    case 'namespace':
      return `network namespace ${made.name}`
    case 'attached':
      return `${made.interface} on ${made.bridge}`
    case 'moved':
      return `${made.what} ${made.text} of ${made.from}, moved to ${made.to}`
    case 'sysctl':
      return `${made.key}, which was ${made.before}`
    case 'nft':
      return `nft table ${made.table}`
    case 'iptables':
      return `iptables chain ${made.chain}`
  }
}

/** A line a kind; what is not there any more is no mistake, and what cannot be undone rejects. */
function undo(made: Made, { ip, clock }: Means): Promise<unknown> {
  switch (made.kind) {
    case 'process':
      return made.group ? endMembers(made, clock) : endKnown(made, clock)
    case 'interface':
      return removeInterface(ip, made)
    case 'address':
      return removeAddress(ip, made)
    case 'namespace':
      return removeNamespace(ip, made.name)
    case 'attached':
      return detach(ip, made)
    case 'moved':
      return moveBack(ip, made)
    case 'sysctl':
      return putBackSysctl(natPrograms, made)
    case 'nft':
      return removeNftTable(natPrograms.nft, made)
    case 'iptables':
      return removeIptablesChain(natPrograms.iptables, made)
  }
}
