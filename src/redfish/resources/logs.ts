import { ROOT } from '../links.ts'
import { cannotRemove, type Log, logOf, logsOf } from '../logs.ts'
import type { RedfishNode } from '../node.ts'
import { action, collection, type Parameters, type Resource, resource } from '../resource.ts'
import { nodeOfChassis, nodeOfManager, nodeOfSystem, type Service } from '../service-parts.ts'

interface OneEntry {
  readonly log: Log
  readonly id: string
}

/** The log services below one kind of resource. All of a node show the same logs: clients look for them in different places. */
function logServices(
  parent: string,
  nodeOf: (service: Service, parameters: Parameters) => RedfishNode | undefined,
  shown: readonly Log['kind'][],
): readonly Resource[] {
  const path = `${ROOT}/${parent}/LogServices`
  const find = (service: Service, parameters: Parameters): Log | undefined => {
    const node = nodeOf(service, parameters)
    const log = node && logOf(node, parameters.log)
    return log && shown.includes(log.kind) ? log : undefined
  }
  return [
    collection<RedfishNode>({
      path,
      type: 'LogServiceCollection',
      name: 'Logs',
      find: nodeOf,
      members: (node) => logsOf(node).flatMap(({ kind, id }) => (shown.includes(kind) ? [id] : [])),
    }),
    resource<Log>({
      path: `${path}/{log}`,
      type: 'LogService',
      volatile: ['DateTime'],
      find,
      get: (log) => ({ ServiceEnabled: true, Status: { State: 'Enabled', Health: 'OK' }, ...log.body() }),
      actions: { ClearLog: action({}, (log) => log.clear()) },
    }),
    collection<Log>({
      path: `${path}/{log}/Entries`,
      type: 'LogEntryCollection',
      name: 'Log entries',
      inline: true,
      find,
      members: (log) => log.ids(),
    }),
    resource<OneEntry>({
      path: `${path}/{log}/Entries/{entry}`,
      type: 'LogEntry',
      find(service, parameters) {
        const log = find(service, parameters)
        return log?.entry(parameters.entry) && { log, id: parameters.entry }
      },
      get: ({ log, id }) => log.entry(id) ?? {},
      remove({ log, id }) {
        if (log.remove === undefined) throw cannotRemove(log)
        log.remove(id)
      },
    }),
  ]
}

export const systemLogs = logServices('Systems/{system}', (service, { system }) => nodeOfSystem(service, system), [
  'sel',
  'console',
])

export const managerLogs = logServices(
  'Managers/{manager}',
  (service, { manager }) => nodeOfManager(service, manager),
  ['sel', 'console'],
)

export const chassisLogs = logServices('Chassis/{chassis}', (service, { chassis }) => nodeOfChassis(service, chassis), [
  'sel',
])
