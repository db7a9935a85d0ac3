import type { Clock } from '../base/clock.ts'
import { endKnown } from '../base/known-process.ts'
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

/** Takes away what `ledger` says that was made, the last first, as far as it is `chosen`. */
export async function undoAll(
  ledger: Ledger,
  clock: Clock,
  chosen: (made: Made) => boolean = () => true,
): Promise<readonly Undone[]> {
  const undone: Undone[] = []
  for (const made of [...ledger.made].reverse().filter(chosen)) {
    const failure = await undo(made, { ip: ipCommand, clock }).then(
      () => undefined,
      (error: unknown) => error,
    )
    if (failure === undefined) ledger.forget(made)
    undone.push({ made, failure })
  }
  return undone
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
      return endKnown(made, clock)
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
