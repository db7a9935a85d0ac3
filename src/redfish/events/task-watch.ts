import { say } from '../messages/event-message.ts'
import { taskEvents } from '../messages/registry.ts'
import { TASKS } from '../tasks/asynchronous.ts'
import type { Task } from '../tasks/task.ts'
import type { Tasks } from '../tasks/tasks.ts'
import type { Told } from './told.ts'

/** Tells of tasks that begin, go on and end. */
export function watchTasks(tasks: Tasks, told: Told): () => void {
  const known = new WeakSet<Task>()
  const where = ({ id }: Task) => ({ path: `${TASKS}/${id}` })
  const changed = tasks.onChange((task) => {
    const isNew = !known.has(task)
    known.add(task)
    if (isNew && task.endedAt === undefined) told.tell(say(taskEvents, 'TaskStarted', task.id), where(task))
    else if (task.endedAt !== undefined) told.tell(say(taskEvents, endOf(task), task.id), where(task))
    else if (task.state === 'Running') {
      told.tell(say(taskEvents, 'TaskProgressChanged', task.id, task.percentDone), where(task))
    }
  })
  const removed = tasks.onRemove((task) => told.tell(say(taskEvents, 'TaskRemoved', task.id), where(task)))
  return () => {
    changed()
    removed()
  }
}

function endOf({ state }: Task): 'TaskCompletedOK' | 'TaskAborted' | 'TaskCancelled' {
  if (state === 'Completed') return 'TaskCompletedOK'
  return state === 'Cancelled' ? 'TaskCancelled' : 'TaskAborted'
}
