import { expect, test } from 'vitest'
import type { RequestMessage } from '../../../src/ipmi/message.ts'
import { RequestQueue } from '../../../src/lan/requests.ts'
import { testBmc, testSession } from '../../support/test-bmc.ts'
import { until } from '../../support/until.ts'

function queue() {
  const { bmc, machine } = testBmc()
  const session = testSession(bmc)
  const answers: string[] = []
  const requests = new RequestQueue(bmc, {
    reply: ({ netFn, cmd }, { completionCode }) => answers.push([netFn, cmd, completionCode].join(' ')),
  })
  let sequence = 0
  const request = (netFn: number, cmd: number, ...data: number[]): RequestMessage => ({
    ...{ responder: 0x20, netFn, responderLun: 0, requester: 0x81, sequence: sequence++, requesterLun: 0, cmd },
    data: Uint8Array.from(data),
  })
  /** The next power up is under way until this is called. */
  let release = () => {}
  machine.powerOn = () =>
    new Promise((resolve) => {
      release = resolve
    })
  return { session, requests, request, answers, started: () => release() }
}

test('what waits behind a slow command runs at the level that its session has by then', async () => {
  const { session, requests, request, answers, started } = queue()
  session.privilege = 'Operator'
  requests.run(session, request(0x00, 0x02, 1))
  requests.run(session, request(0x06, 0x3b, 4))
  requests.run(session, request(0x00, 0x0b, 5))
  expect(answers).toEqual([])
  await until('the power up', () => {
    started()
    return answers.length === 3
  })
  // Power up; level set to Administrator; Set Power Cycle Interval, which an Operator may not.
  expect(answers).toEqual(['0 2 0', '6 59 0', '0 11 0'])
})

test('the repetition of a command that runs or waits is dropped, and so is a ninth that waits', async () => {
  const { session, requests, request } = queue()
  const powerUp = request(0x00, 0x02, 1)
  expect(requests.run(session, powerUp)).toBe(true)
  expect(requests.run(session, powerUp)).toBe(false)
  const waiting = Array.from({ length: 9 }, () => request(0x00, 0x01))
  expect(waiting.map((one) => requests.run(session, one))).toEqual([...Array.from({ length: 8 }, () => true), false])
  expect(requests.run(session, waiting[0])).toBe(false)
})
