import type { Session } from '../bmc/access/session.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { Context } from '../commands/command.ts'
import { execute, type Reply } from '../commands/execute.ts'
import type { RequestMessage } from '../ipmi/message.ts'

/** Where the answers to one console's requests go: a session, or a single packet outside one. */
export interface ReplyPath {
  reply(request: RequestMessage, answer: Reply): void
}

/**
 * Runs the requests of one session one after another. A command that answers at once costs no Promise; one that waits for a
 * machine holds back those behind it, and the console's repetition of it while it runs is dropped: its answer is on
 * the way.
 */
export class RequestQueue {
  readonly #bmc: Bmc
  readonly #path: ReplyPath
  #context: Context | undefined
  #running: RequestMessage | undefined
  #waiting: { readonly request: RequestMessage; readonly session: Session }[] = []

  constructor(bmc: Bmc, path: ReplyPath) {
    this.#bmc = bmc
    this.#path = path
  }

  /** False when the request is a repetition of one that is still running or waiting. */
  run(session: Session, request: RequestMessage): boolean {
    if (this.#running !== undefined) {
      if (same(this.#running, request) || this.#waiting.some((other) => same(other.request, request))) return false
      if (this.#waiting.length >= MOST_WAITING) return false
      this.#waiting.push({ request, session })
      return true
    }
    const answer = this.#execute(session, request)
    if (answer instanceof Promise) {
      this.#running = request
      void this.#finish(request, answer)
    } else {
      this.#path.reply(request, answer)
    }
    return true
  }

  /** At the level that the session has when its turn comes, not when it was asked. */
  #execute(session: Session, request: RequestMessage): Reply | Promise<Reply> {
    const { netFn, cmd, data, responderLun: lun } = request
    const context = lun === 0 ? this.#contextOf(session) : { ...this.#contextOf(session), lun }
    return execute(context, netFn, cmd, data)
  }

  /** The same object as long as the privilege stays: no garbage per packet. */
  #contextOf(session: Session): Context {
    if (this.#context?.by.privilege !== session.privilege) {
      const { channel, privilege } = session
      this.#context = { bmc: this.#bmc, by: { door: 'lan', channel, session, privilege } }
    }
    return this.#context as Context
  }

  async #finish(first: RequestMessage, firstAnswer: Promise<Reply>): Promise<void> {
    this.#path.reply(first, await firstAnswer)
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      this.#running = next.request
      this.#path.reply(next.request, await this.#execute(next.session, next.request))
    }
    this.#running = undefined
  }
}

/** A console has at most 8 requests out (IPMI 2.0 §6.12.11's window is as wide as that in 1.5). */
const MOST_WAITING = 8

function same(a: RequestMessage, b: RequestMessage): boolean {
  return a.sequence === b.sequence && a.cmd === b.cmd && a.netFn === b.netFn && a.requester === b.requester
}
