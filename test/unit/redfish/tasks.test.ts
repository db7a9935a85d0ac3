import { describe, expect, it } from 'vitest'
import { BmcError } from '../../../src/base/errors.ts'
import { at, messageKeys, testRedfish } from '../../support/redfish.ts'
import { schemaFaults } from '../../support/redfish-schema.ts'

const RESET = '/redfish/v1/Systems/1/Actions/ComputerSystem.Reset'
const SERVICE = '/redfish/v1/TaskService'
const later = { prefer: 'wait=1, respond-async' }

/** A machine that starts when it is told to. */
function slow() {
  const redfish = testRedfish()
  const { machine } = redfish
  let settle: { start: () => void; fail: (error: Error) => void } = { start: () => {}, fail: () => {} }
  machine.powerOn = () =>
    new Promise((resolve, reject) => {
      settle = {
        start: () => {
          machine.becomes('on', 'request')
          resolve()
        },
        fail: reject,
      }
    })
  return { ...redfish, start: () => settle.start(), fail: (error: Error) => settle.fail(error) }
}

describe('an action whose client would rather not wait', () => {
  it('is a task: 202 until it is done, and then the answer of the action', async () => {
    const { ask, get, start, clock } = slow()
    const answer = await ask('POST', RESET, { body: { ResetType: 'On' }, headers: later })
    expect(answer.status).toBe(202)
    const monitor = answer.headers.Location
    expect(answer.body).toMatchObject({ TaskState: 'Running', TaskMonitor: monitor })
    expect(schemaFaults(answer.body)).toEqual([])
    const running = await get(monitor)
    expect([running.status, running.headers['Retry-After'], running.headers.Location]).toEqual([202, '1', monitor])

    clock.advance(2000)
    start()
    await Promise.resolve()
    const path = String(answer.body['@odata.id'])
    await expect.poll(async () => (await get(path)).body.TaskState).toBe('Completed')
    const ended = await get(monitor)
    expect([ended.status, messageKeys(ended)]).toEqual([200, ['Success']])
    const { body } = await get(path)
    expect(schemaFaults(body)).toEqual([])
    expect(body).toMatchObject({
      PercentComplete: 100,
      TaskStatus: 'OK',
      Payload: { HttpOperation: 'POST', TargetUri: RESET, JsonBody: '{"ResetType":"On"}' },
    })
    expect(String(at(body, 'Payload', 'HttpHeaders'))).not.toContain('authorization')
    expect(Date.parse(String(body.EndTime)) - Date.parse(String(body.StartTime))).toBe(2000)
  })

  it('fails with the error that the action would have had, and says so in its messages', async () => {
    const { ask, get, fail } = slow()
    const { headers, body } = await ask('POST', RESET, { body: { ResetType: 'On' }, headers: later })
    fail(new BmcError('busy', 'somebody else starts it'))
    await expect.poll(async () => (await get(headers.Location)).status).toBe(503)
    const ended = await get(String(body['@odata.id']))
    expect(ended.body).toMatchObject({ TaskState: 'Exception', TaskStatus: 'Critical' })
    expect(at(ended.body, 'Messages', 0, 'MessageId')).toMatch(/ServiceTemporarilyUnavailable$/)
    expect(schemaFaults(ended.body)).toEqual([])
  })

  it('is refused at once where it cannot be', async () => {
    const { ask, get } = slow()
    const answer = await ask('POST', RESET, { body: { ResetType: 'Sideways' }, headers: later })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['ActionParameterValueNotInList']])
    expect((await get(`${SERVICE}/Tasks`)).body['Members@odata.count']).toBe(0)
  })
})

describe('tasks', () => {
  it('are called off by DELETE of the monitor, and gone by DELETE of the task', async () => {
    const { ask, get, fail } = slow()
    const { headers, body } = await ask('POST', RESET, { body: { ResetType: 'On' }, headers: later })
    const path = String(body['@odata.id'])
    expect((await ask('DELETE', headers.Location)).status).toBe(200)
    expect((await get(path)).body.TaskState).toBe('Cancelling')
    fail(new BmcError('busy', 'called off'))
    await expect.poll(async () => (await get(path)).body.TaskState).toBe('Cancelled')
    expect((await ask('DELETE', path)).status).toBe(200)
    expect((await get(path)).status).toBe(404)
    expect((await get(headers.Location)).status).toBe(404)
  })

  it('that have ended go after the time of the service, which is kept', async () => {
    const { ask, get, start, clock, store } = slow()
    const set = await ask('PATCH', SERVICE, { body: { TaskAutoDeleteTimeoutMinutes: 5 } })
    expect([set.status, set.body.TaskAutoDeleteTimeoutMinutes]).toEqual([200, 5])
    expect(store.get('tasks.auto-delete')).toBe(5)
    const { headers } = await ask('POST', RESET, { body: { ResetType: 'On' }, headers: later })
    clock.advance(10 * 60_000)
    expect((await get(headers.Location)).status).toBe(202)
    start()
    await expect.poll(async () => (await get(headers.Location)).status).toBe(200)
    clock.advance(4 * 60_000)
    expect((await get(headers.Location)).status).toBe(200)
    clock.advance(2 * 60_000)
    expect((await get(headers.Location)).status).toBe(404)
  })

  it('that have ended go all at once, those that run stay', async () => {
    const { ask, get, start, machine } = slow()
    machine.powerOff = () => new Promise(() => {})
    const first = await ask('POST', RESET, { body: { ResetType: 'On' }, headers: later })
    start()
    await expect.poll(async () => (await get(first.headers.Location)).status).toBe(200)
    const second = await ask('POST', RESET, { body: { ResetType: 'ForceOff' }, headers: later })
    expect((await ask('POST', `${SERVICE}/Actions/TaskService.DeleteAllCompletedTasks`)).status).toBe(200)
    expect((await get(`${SERVICE}/Tasks`)).body.Members).toEqual([{ '@odata.id': second.body['@odata.id'] }])
  })
})
