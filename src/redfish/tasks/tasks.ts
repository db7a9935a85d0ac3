import type { Clock } from '../../base/clock.ts'
import { BmcError } from '../../base/errors.ts'
import { Listeners } from '../../base/listeners.ts'
import type { Store } from '../../bmc/store.ts'
import { storedNumber } from '../../bmc/stored.ts'
import type { RedfishResponse } from '../request.ts'
import { Task, type TaskOrder, type TaskReport } from './task.ts'

const MOST = 64
const AUTO_DELETE_MINUTES = 60
const MINUTE_MS = 60_000
const KEY = 'tasks.auto-delete'

/**
 * The tasks of one service, of this process alone: work ends with whoever does it. No timer: a task whose time is over is found out when
 * somebody asks.
 */
export class Tasks {
  readonly #clock: Clock
  readonly #store: Store
  readonly #changed = new Listeners<[task: Task]>()
  readonly #removed = new Listeners<[task: Task]>()
  readonly #byId = new Map<string, Task>()
  #last = 0

  constructor(clock: Clock, store: Store) {
    this.#clock = clock
    this.#store = store
  }

  /** How long a task that has ended is kept. */
  get autoDeleteMinutes(): number {
    return storedNumber(this.#store, KEY) ?? AUTO_DELETE_MINUTES
  }

  setAutoDeleteMinutes(minutes: number): void {
    this.#store.set(KEY, minutes)
  }

  /** In the order in which they began. */
  get all(): readonly Task[] {
    const oldest = this.#clock.now() - this.autoDeleteMinutes * MINUTE_MS
    for (const task of [...this.#byId.values()]) {
      if (task.endedAt !== undefined && task.endedAt < oldest) this.remove(task)
    }
    return [...this.#byId.values()]
  }

  get(id: string): Task | undefined {
    return this.all.find((task) => task.id === id)
  }

  /** `work` never rejects: a failure is a response too. */
  start(order: TaskOrder, work: (report: TaskReport) => Promise<RedfishResponse>): Task {
    this.#makeRoom()
    this.#last++
    const now = () => this.#clock.now()
    const task = new Task(String(this.#last), order, now, (changed) => this.#changed.call(changed))
    this.#byId.set(task.id, task)
    this.#changed.call(task)
    void work(task).then((response) => task.ended(response))
    return task
  }

  /** One that runs is called off. */
  remove(task: Task): void {
    task.cancel()
    if (this.#byId.delete(task.id)) this.#removed.call(task)
  }

  removeEnded(): void {
    for (const task of this.all) if (task.endedAt !== undefined) this.remove(task)
  }

  /** Of one that began, went on, or ended. */
  onChange(fn: (task: Task) => void): () => void {
    return this.#changed.add(fn)
  }

  onRemove(fn: (task: Task) => void): () => void {
    return this.#removed.add(fn)
  }

  /** The oldest that has ended goes. */
  #makeRoom(): void {
    const all = this.all
    if (all.length < MOST) return
    const oldest = all.find((task) => task.endedAt !== undefined)
    if (oldest === undefined) throw new BmcError('full', `${MOST} tasks are running; cancel one, or wait`)
    this.remove(oldest)
  }
}
