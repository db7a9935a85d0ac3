import type { Message } from '../messages/message.ts'
import type { Body, RedfishResponse } from '../request.ts'

export type TaskState = 'Running' | 'Completed' | 'Exception' | 'Cancelling' | 'Cancelled'

/** How work that may be a task tells how far it is, and hears that nobody wants it any more. */
export interface TaskReport {
  readonly signal: AbortSignal
  /** 0 to 100. */
  percent(done: number): void
  message(message: Message): void
}

/** The request that a task came of, as the task shows it. */
export interface TaskOrder {
  readonly name: string
  readonly method: string
  readonly path: string
  /** Without credentials. */
  readonly headers: readonly string[]
  /** Undefined: it is not for everybody's eyes. */
  readonly body: Body | undefined
}

/** Work that goes on after its request was answered (DSP0266 §12). */
export class Task implements TaskReport {
  readonly id: string
  readonly order: TaskOrder
  /** Milliseconds since 1970. */
  readonly startedAt: number
  /** Resolves when it has ended. */
  readonly done: Promise<void>
  readonly #now: () => number
  readonly #changed: (task: Task) => void
  readonly #abort = new AbortController()
  readonly #messages: Message[] = []
  #resolveDone: () => void = () => {}
  #state: TaskState = 'Running'
  #percent = 0
  #endedAt: number | undefined
  #response: RedfishResponse | undefined

  constructor(id: string, order: TaskOrder, now: () => number, changed: (task: Task) => void) {
    this.id = id
    this.order = order
    this.startedAt = now()
    this.done = new Promise((resolve) => {
      this.#resolveDone = resolve
    })
    this.#now = now
    this.#changed = changed
  }

  get state(): TaskState {
    return this.#state
  }

  get percentDone(): number {
    return this.#percent
  }

  get messages(): readonly Message[] {
    return this.#messages
  }

  get endedAt(): number | undefined {
    return this.#endedAt
  }

  /** What the request is answered by in the end; undefined while it runs. */
  get response(): RedfishResponse | undefined {
    return this.#response
  }

  get signal(): AbortSignal {
    return this.#abort.signal
  }

  percent(done: number): void {
    const whole = Math.floor(done)
    if (this.#response !== undefined || whole === this.#percent) return
    this.#percent = whole
    this.#changed(this)
  }

  message(message: Message): void {
    this.#messages.push(message)
  }

  cancel(): void {
    if (this.#response !== undefined || this.#state === 'Cancelling') return
    this.#state = 'Cancelling'
    this.#abort.abort()
    this.#changed(this)
  }

  ended(response: RedfishResponse): void {
    this.#response = response
    this.#endedAt = this.#now()
    const good = response.status < 400
    // What was done before it could be called off is done.
    this.#state = good ? 'Completed' : this.#state === 'Cancelling' ? 'Cancelled' : 'Exception'
    if (good) this.#percent = 100
    this.#changed(this)
    this.#resolveDone()
  }
}
