import { odataType } from '../facts/schema.ts'
import { link, ROOT } from '../links.ts'
import type { Body, RedfishRequest, RedfishResponse } from '../request.ts'
import { timeText } from '../time-text.ts'
import type { Task, TaskOrder, TaskReport } from './task.ts'

export const TASKS = `${ROOT}/TaskService/Tasks`
export const MONITORS = `${ROOT}/TaskService/TaskMonitors`

const CREDENTIALS = ['authorization', 'x-auth-token', 'cookie']

/** For work that is done while its request waits. */
export const unreported: TaskReport = { signal: new AbortController().signal, percent: () => {}, message: () => {} }

/** Whether who asks would rather not wait (RFC 7240 §4.1). */
export function prefersTask({ headers }: RedfishRequest): boolean {
  return headers.prefer?.split(',').some((one) => one.trim().toLowerCase() === 'respond-async') ?? false
}

export function orderOf({ method, path, headers, body }: RedfishRequest, name: string): TaskOrder {
  const shown = Object.entries(headers).filter(([key, value]) => value !== undefined && !CREDENTIALS.includes(key))
  const json = body.kind === 'json' && typeof body.value === 'object' && body.value !== null ? { ...body.value } : {}
  const secret = Object.keys(json).some((key) => /password|secret|token/i.test(key))
  return {
    name,
    method,
    path,
    headers: shown.map(([key, value]) => `${key}: ${value}`),
    body: secret ? undefined : json,
  }
}

/** 202: where to ask how far it is (DSP0266 §12.2). */
export function accepted(task: Task): RedfishResponse {
  return {
    status: 202,
    headers: { Location: `${MONITORS}/${task.id}`, 'Retry-After': '1' },
    body: { '@odata.id': `${TASKS}/${task.id}`, '@odata.type': odataType('Task'), Id: task.id, ...taskBody(task) },
  }
}

/** Everything of a Task resource that is not `@odata.*` or `Id`. */
export function taskBody(task: Task): Body {
  const { id, order, state, startedAt, endedAt, percentDone, messages, response } = task
  const location = response?.status === 201 ? response.headers.Location : undefined
  return {
    Name: order.name,
    TaskState: state,
    TaskStatus: state === 'Exception' ? 'Critical' : state === 'Cancelled' ? 'Warning' : 'OK',
    StartTime: timeText(startedAt),
    ...(endedAt !== undefined && { EndTime: timeText(endedAt) }),
    PercentComplete: percentDone,
    TaskMonitor: `${MONITORS}/${id}`,
    Messages: messages,
    HidePayload: order.body === undefined,
    ...(order.body !== undefined && {
      Payload: {
        HttpOperation: order.method,
        TargetUri: order.path,
        HttpHeaders: order.headers,
        JsonBody: JSON.stringify(order.body),
      },
    }),
    ...(location !== undefined && { Links: { CreatedResources: [link(location)] } }),
  }
}
