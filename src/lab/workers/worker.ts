import { parentPort, workerData } from 'node:worker_threads'
import { systemClock } from '../../base/clock.ts'
import { createLogger } from '../../base/logger.ts'
import { pooledRandom } from '../../base/pooled-random.ts'
import { systemRandom } from '../../base/random.ts'
import { ControlServer } from '../control-server.ts'
import { Lab } from '../lab.ts'
import { carried, type FromWorker, type ToWorker, type WorkerTask } from './messages.ts'

/** The program of a worker thread: a lab of its share of the nodes, which does as the main thread says (`messages.ts`). */
const port = parentPort
if (port === null) throw new Error('this is the program of a worker thread')
const task: WorkerTask = workerData
const say = (message: FromWorker) => port.postMessage(message)

process.on('uncaughtException', (error) => say({ kind: 'mistake', error: carried(error) }))

const log = createLogger(task.log.level, task.log.destination)
const quit = () => say({ kind: 'quit' })
const lab = new Lab({
  name: task.lab,
  nodes: task.nodes,
  networks: task.networks,
  around: {
    runFolder: task.runFolder,
    clock: systemClock,
    random: pooledRandom(systemRandom),
    log,
    ...(task.mayQuit ? { quit } : {}),
  },
})
const control = new ControlServer({ lab, log, down: quit })

let openDoors = () => {}
let startMachines = () => {}
const turn = new Promise<void>((resolve) => {
  openDoors = resolve
})
const allOpen = new Promise<void>((resolve) => {
  startMachines = resolve
})
let stopping = false

port.on('message', ({ kind }: ToWorker) => {
  switch (kind) {
    case 'open-doors':
      openDoors()
      break
    case 'start-machines':
      startMachines()
      break
    case 'status':
      say({ kind, nodes: lab.status() })
      break
    case 'stop':
      void stop()
  }
})

try {
  await start()
} catch (error) {
  say({ kind: 'failed', error: carried(error) })
}

async function start(): Promise<void> {
  await lab.start(async (open) => {
    say({ kind: 'made' })
    await turn
    const failures = await open()
    say({ kind: 'doors', failures })
    await allOpen
    return failures
  })
  if (stopping) return
  lab.onPower((node, power, cause) => say({ kind: 'power', node, power, cause }))
  await control.listen(task.controlSocket)
  const nodes = lab.nodes.map(({ name, source, missing, login }) => ({ name, source, missing, login }))
  say({ kind: 'started', nodes, notes: lab.notes })
}

async function stop(): Promise<void> {
  stopping = true
  // A start that waits for its turn has it now, and sees that it is over.
  openDoors()
  startMachines()
  control.close()
  await lab.stop()
  say({ kind: 'stopped' })
}
