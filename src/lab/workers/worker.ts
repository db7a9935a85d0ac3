import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { createLogger } from '../../base/logger.ts'
import { pooledRandom } from '../../base/pooled-random.ts'
import { systemRandom } from '../../base/random.ts'
import { ControlServer } from '../control-server.ts'
import { Lab } from '../lab.ts'
import { carried, type FromWorker, type ToWorker, type WorkerTask } from './messages.ts'

/** What a worker thread does: a lab of its share of the nodes, as the main thread says (`messages.ts`). */
export async function runWorker(): Promise<void> {
  if (parentPort === null) throw new Error('this is not a worker thread')
  await new LabInWorker(parentPort, workerData).start()
}

class LabInWorker {
  readonly #port: MessagePort
  readonly #controlSocket: string
  readonly #lab: Lab
  readonly #control: ControlServer
  readonly #turn = new Gate()
  readonly #allOpen = new Gate()
  #stopping = false

  constructor(port: MessagePort, task: WorkerTask) {
    this.#port = port
    this.#controlSocket = task.controlSocket
    process.on('uncaughtException', (error) => this.#say({ kind: 'mistake', error: carried(error) }))
    port.on('message', ({ kind }: ToWorker) => this.#hear(kind))

    const log = createLogger(task.log.level, task.log.destination)
    const quit = () => this.#say({ kind: 'quit' })
    this.#lab = new Lab({
      name: task.lab,
      nodes: task.nodes,
      networks: task.networks,
      ledger: task.ledger,
      isShare: true,
      around: {
        runFolder: task.runFolder,
        resumed: task.resumed,
        clock: systemClock,
        random: pooledRandom(systemRandom),
        log,
        ...(task.mayQuit ? { quit } : {}),
      },
    })
    this.#control = new ControlServer({ lab: this.#lab, log, down: quit })
  }

  async start(): Promise<void> {
    try {
      await this.#start()
    } catch (error) {
      this.#say({ kind: 'failed', error: carried(error) })
    }
  }

  async #start(): Promise<void> {
    const lab = this.#lab
    lab.onStage((node, stage) => this.#say({ kind: 'stage', node, stage }))
    await lab.start(async (open) => {
      this.#say({ kind: 'made' })
      await this.#turn.opened
      const failures = await open()
      this.#say({ kind: 'doors', failures })
      await this.#allOpen.opened
      return failures
    })
    if (this.#stopping) return
    lab.onPower((node, power, cause) => this.#say({ kind: 'power', node, power, cause }))
    await this.#control.listen(this.#controlSocket)
    const nodes = lab.nodes.map(({ name, source, missing, adopted, login }) => ({
      name,
      source,
      missing,
      adopted,
      login,
    }))
    this.#say({ kind: 'started', nodes, notes: lab.notes })
  }

  #hear(kind: ToWorker['kind']): void {
    switch (kind) {
      case 'open-doors':
        this.#turn.open()
        break
      case 'start-machines':
        this.#allOpen.open()
        break
      case 'status':
        this.#say({ kind, nodes: this.#lab.status() })
        break
      case 'stop':
        void this.#stop(() => this.#lab.stop())
        break
      case 'detach':
        void this.#stop(() => this.#lab.detach())
    }
  }

  async #stop(leave: () => Promise<void>): Promise<void> {
    this.#stopping = true
    // A start that waits for its turn has it now, and sees that it is over.
    this.#turn.open()
    this.#allOpen.open()
    this.#control.close()
    await leave()
    this.#say({ kind: 'stopped' })
  }

  #say(message: FromWorker): void {
    this.#port.postMessage(message)
  }
}

class Gate {
  readonly opened: Promise<void>
  open: () => void = () => {}

  constructor() {
    this.opened = new Promise((resolve) => {
      this.open = resolve
    })
  }
}
