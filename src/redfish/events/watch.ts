import type { Bmc } from '../../bmc/bmc.ts'
import type { RedfishNode } from '../node.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { watchNode, watchSessions } from './node-watch.ts'
import { watchTasks } from './task-watch.ts'
import type { Told } from './told.ts'

/** Everything that events of a service are of. */
export interface Watched {
  readonly nodes: readonly RedfishNode[]
  readonly bmc: Bmc
  readonly tasks: Tasks
}

export function watchAll({ nodes, bmc, tasks }: Watched, told: Told): readonly (() => void)[] {
  return [watchSessions(bmc, told.changes), watchTasks(tasks, told), ...nodes.map((node) => watchNode(node, told))]
}
