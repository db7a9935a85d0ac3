import { number } from '../fields.ts'
import { ROOT } from '../links.ts'
import { action, collection, resource, write } from '../resource.ts'
import type { Service } from '../service-parts.ts'
import { accepted, MONITORS, TASKS, taskBody } from '../tasks/asynchronous.ts'
import type { Task } from '../tasks/task.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { timeText } from '../time-text.ts'

export const taskService = resource<Service>({
  path: `${ROOT}/TaskService`,
  type: 'TaskService',
  linkedAs: 'Tasks',
  volatile: ['DateTime'],
  find: (service) => service,
  get: ({ tasks, clock }) => ({
    Name: 'Task Service',
    Status: { State: 'Enabled', Health: 'OK' },
    ServiceEnabled: true,
    DateTime: timeText(clock.now()),
    CompletedTaskOverWritePolicy: 'Oldest',
    LifeCycleEventOnTaskStateChange: true,
    TaskAutoDeleteTimeoutMinutes: tasks.autoDeleteMinutes,
  }),
  patch: {
    TaskAutoDeleteTimeoutMinutes: write(number, ({ tasks }, minutes) => tasks.setAutoDeleteMinutes(minutes)),
  },
  actions: { DeleteAllCompletedTasks: action({}, ({ tasks }) => tasks.removeEnded()) },
})

export const tasks = collection<Tasks>({
  path: TASKS,
  type: 'TaskCollection',
  name: 'Tasks',
  find: ({ tasks }) => tasks,
  members: (tasks) => tasks.all.map(({ id }) => id),
})

interface OneTask {
  readonly task: Task
  readonly tasks: Tasks
}

function taskNamed({ tasks }: Service, id: string): OneTask | undefined {
  const task = tasks.get(id)
  return task && { task, tasks }
}

export const task = resource<OneTask>({
  path: `${TASKS}/{task}`,
  type: 'Task',
  find: (service, { task }) => taskNamed(service, task),
  get: ({ task }) => taskBody(task),
  remove: ({ task, tasks }) => tasks.remove(task),
})

/** While it runs, 202; then the answer that the request would have had (DSP0266 §12.2). DELETE calls it off. */
export const taskMonitor = resource<OneTask>({
  path: `${MONITORS}/{task}`,
  type: 'Task',
  find: (service, { task }) => taskNamed(service, task),
  get: ({ task }) => taskBody(task),
  answer: ({ task }) => task.response ?? accepted(task),
  remove: ({ task }) => task.cancel(),
})
