import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { NodeStatus } from '../../app/node-status.ts'
import { SetupError } from '../../base/errors.ts'
import { packageFolder } from '../../base/package-folder.ts'
import type { PowerListener, StageListener } from '../whole-lab.ts'
import { arrived, type FromWorker, type ToWorker, type WorkerTask } from './messages.ts'

/** The same as of the main thread, which sees that it is in a worker (`cli/main.ts`). */
const program = join(packageFolder, 'dist', 'main.js')

/** Whom a worker tells what happens by itself. */
export interface WorkerEvents {
  power: PowerListener
  stage: StageListener
  quit(): void
  /** After the start: an error that nobody caught, or the thread is gone. The lab has to end. */
  mistake(error: Error): void
}

type Started = Extract<FromWorker, { kind: 'started' }>

/** Somebody who waits for a message. */
interface Waiting {
  resolve(message: FromWorker): void
  reject(error: Error): void
}

/** The main thread's end of a worker. */
export class LabWorker {
  readonly names: readonly string[]
  readonly controlSocket: string
  readonly #worker: Worker
  readonly #on: WorkerEvents
  readonly #gone: Promise<void>
  /** Of the start: one at a time. */
  #step: Waiting | undefined
  #started = false
  #stopping = false
  /** Nobody is there any more, or will be in a moment. */
  #lost: Error | undefined
  readonly #statusWanted: Waiting[] = []

  /** `which`: what it is called in messages. */
  constructor(which: string, task: WorkerTask, on: WorkerEvents) {
    this.names = task.nodes.map(({ config }) => config.name)
    this.controlSocket = task.controlSocket
    this.#on = on
    this.#worker = new Worker(program, { workerData: task, name: which })
    this.#worker.on('message', (message: FromWorker) => this.#hear(message))
    this.#worker.on('error', (error) => this.#lose(error))
    this.#gone = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.#lose(new SetupError(`${which} has ended (${code}), and with it the BMCs of ${this.names.join(', ')}`))
        resolve()
      })
    })
  }

  /** Resolves when all of its nodes are there. The three steps of a start come one after another. */
  async made(): Promise<void> {
    await this.#next('made')
  }

  /** Gives what stood in the way. */
  async openDoors(): Promise<readonly string[]> {
    this.#say({ kind: 'open-doors' })
    const message = await this.#next('doors')
    return message.failures
  }

  startMachines(): Promise<Started> {
    this.#say({ kind: 'start-machines' })
    return this.#next('started')
  }

  async status(): Promise<readonly NodeStatus[]> {
    const answer = new Promise<FromWorker>((resolve, reject) => {
      if (this.#lost === undefined) this.#statusWanted.push({ resolve, reject })
      else reject(this.#lost)
    })
    this.#say({ kind: 'status' })
    const message = await answer
    return message.kind === 'status' ? message.nodes : []
  }

  /** Resolves when the thread is gone. */
  end(how: 'stop' | 'detach'): Promise<void> {
    if (!this.#stopping) this.#say({ kind: how })
    this.#stopping = true
    return this.#gone
  }

  #next<K extends FromWorker['kind']>(kind: K): Promise<Extract<FromWorker, { kind: K }>> {
    return new Promise((resolve, reject) => {
      if (this.#lost !== undefined) return reject(this.#lost)
      const is = (message: FromWorker): message is Extract<FromWorker, { kind: K }> => message.kind === kind
      this.#step = { reject, resolve: (message) => is(message) && resolve(message) }
    })
  }

  #hear(message: FromWorker): void {
    switch (message.kind) {
      case 'made':
      case 'doors':
      case 'started':
        this.#started = message.kind === 'started'
        this.#step?.resolve(message)
        break
      case 'status':
        this.#statusWanted.shift()?.resolve(message)
        break
      case 'power':
        this.#on.power(message.node, message.power, message.cause)
        break
      case 'stage':
        this.#on.stage(message.node, message.stage)
        break
      case 'quit':
        this.#on.quit()
        break
      case 'failed':
        this.#lose(arrived(message.error))
        break
      case 'mistake':
        if (this.#started) this.#on.mistake(arrived(message.error))
        else this.#lose(arrived(message.error))
        break
      case 'stopped':
        void this.#worker.terminate()
    }
  }

  /** The first reason counts; an end that was asked for is no mistake. */
  #lose(error: Error): void {
    if (this.#lost !== undefined) return
    this.#lost = error
    this.#step?.reject(error)
    for (const { reject } of this.#statusWanted) reject(error)
    if (this.#started && !this.#stopping) this.#on.mistake(error)
  }

  #say(message: ToWorker): void {
    this.#worker.postMessage(message)
  }
}
