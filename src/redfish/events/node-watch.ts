import type { Bmc } from '../../bmc/bmc.ts'
import { chassisPath, managerPath, ROOT, systemPath } from '../links.ts'
import { say } from '../messages/event-message.ts'
import { resourceEvents } from '../messages/registry.ts'
import type { RedfishNode } from '../node.ts'
import { slotId } from '../part-id.ts'
import { segmentOf } from '../uri.ts'
import type { Changes } from './changes.ts'
import { pathsOfSetting, userOfSetting } from './kept-settings.ts'
import { watchLog } from './log-watch.ts'
import type { Told } from './told.ts'

/** Watches everything of a node that a resource shows, whoever changes it; the result ends that. */
export function watchNode(node: RedfishNode, told: Told): () => void {
  const { bmc } = node
  const { changes } = told
  const changed = (...paths: readonly string[]) => {
    for (const path of paths) changes.note('changed', path)
  }
  const accounts = new AccountWatch(bmc, changes)
  const unlisten = [
    bmc.store.onSet((key) => {
      const user = userOfSetting(key)
      if (user !== undefined) accounts.seen(user)
      changed(...pathsOfSetting(node, key))
    }),
    bmc.machine.onPower((power) => {
      const key = power === 'on' ? 'ResourcePoweredOn' : 'ResourcePoweredOff'
      told.tell(say(resourceEvents, key, node.name), { path: systemPath(node) })
      changed(chassisPath(node))
    }),
    bmc.power.onStarted(() => changed(systemPath(node))),
    bmc.machine.onReset?.(() => changed(systemPath(node))) ?? (() => {}),
    bmc.bootProgress.onChange(() => changed(systemPath(node))),
    bmc.identify.onChange(() => changed(systemPath(node), chassisPath(node))),
    ...bmc.media.slots.map((slot) =>
      slot.onChange(() => {
        const path = `VirtualMedia/${segmentOf(slotId(node, slot))}`
        changed(`${systemPath(node)}/${path}`, `${managerPath(node)}/${path}`)
      }),
    ),
    watchLog(node, told),
  ]
  return () => {
    for (const one of unlisten) one()
  }
}

const SESSIONS = `${ROOT}/SessionService/Sessions`

/** Sessions are those of the service, whose users come from one BMC. */
export function watchSessions({ tokenSessions }: Bmc, changes: Changes): () => void {
  const opened = tokenSessions.onOpen(({ id }) => changes.note('created', `${SESSIONS}/${id}`))
  const ended = tokenSessions.onEnd(({ id }) => changes.note('removed', `${SESSIONS}/${id}`))
  return () => {
    opened()
    ended()
  }
}

const ACCOUNTS = `${ROOT}/AccountService/Accounts`
/** The user without a name (IPMI 2.0 §22.26) is no account. */
const NULL_USER = 1

/** A user's entry is always there: with a name it is an account. */
class AccountWatch {
  readonly #bmc: Bmc
  readonly #changes: Changes
  readonly #there: Set<number>

  constructor(bmc: Bmc, changes: Changes) {
    this.#bmc = bmc
    this.#changes = changes
    this.#there = new Set(bmc.users.all.filter(({ name }) => name !== '').map(({ id }) => id))
  }

  /** The store is told before the user is: what he is by then is looked at when the deed is over. */
  seen(id: number): void {
    if (id <= NULL_USER) return
    queueMicrotask(() => {
      const was = this.#there.has(id)
      const is = this.#bmc.users.get(id)?.name !== ''
      if (is) this.#there.add(id)
      else this.#there.delete(id)
      if (!was && !is) return
      this.#changes.note(was ? (is ? 'changed' : 'removed') : 'created', `${ACCOUNTS}/${id}`)
    })
  }
}
