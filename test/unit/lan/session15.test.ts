import { expect, test } from 'vitest'
import { Session } from '../../../src/bmc/access/session.ts'
import { authCode15 } from '../../../src/ipmi/auth-code15.ts'
import { checksum, decodeRequest } from '../../../src/ipmi/message.ts'
import { AuthType, decodePacket15 } from '../../../src/ipmi/session15.ts'
import { Session15 } from '../../../src/lan/session15.ts'
import { testBmc, testSession } from '../../support/test-bmc.ts'

const password = Buffer.from('secret'.padEnd(16, '\0'))
const getDeviceId = [0x06, 0x01] as const
const chassisControl = [0x00, 0x02] as const

function link(access: { everyMessage: boolean; userLevel: boolean }) {
  const { bmc } = testBmc()
  const sent: Uint8Array[] = []
  const session = new Session({ ...testSession(bmc), id: 7, version: '1.5' })
  const parts = { bmc, session, authType: 'md5', password, inboundSequence: 1, outboundSequence: 1 } as const
  const opened = new Session15({ ...parts, ...access, send: (packet) => sent.push(packet) })
  let sequence = 0
  const packet = ([netFn, cmd]: readonly [number, number], authType: 'none' | 'md5') => {
    sequence++
    const payload = Uint8Array.of(0x20, netFn << 2, 0, 0x81, sequence << 2, cmd, 0)
    payload[2] = checksum(payload, 0, 2)
    payload[6] = checksum(payload, 3, 6)
    const authCode = authCode15(authType, password, 7, sequence, payload)
    return { authType: AuthType[authType], sequence, sessionId: 7, authCode, payload }
  }
  const answer = (payload: Uint8Array | string) => {
    if (typeof payload === 'string') return payload
    opened.reply(decodeRequest(payload), { completionCode: 0, data: new Uint8Array(0) })
    return decodePacket15(sent[sent.length - 1]).authType
  }
  return { opened, packet, answer, sent }
}

test('every message: one without an AuthCode is not looked at, answers have one', () => {
  const { opened, packet, answer } = link({ everyMessage: true, userLevel: true })
  expect(answer(opened.open(packet(getDeviceId, 'none')))).toBe('not protected')
  expect(answer(opened.open(packet(getDeviceId, 'md5')))).toBe(AuthType.md5)
})

test('no message: requests may, answers come without; only that of Activate Session has one', () => {
  const { opened, packet, answer, sent } = link({ everyMessage: false, userLevel: true })
  const { payload } = packet([0x06, 0x3a], 'md5')
  opened.replyActivation(decodeRequest(payload), { completionCode: 0, data: new Uint8Array(0) })
  expect(decodePacket15(sent[0]).authType).toBe(AuthType.md5)
  expect(answer(opened.open(packet(chassisControl, 'none')))).toBe(AuthType.none)
  expect(answer(opened.open(packet(chassisControl, 'md5')))).toBe(AuthType.none)
})

test('User level off: what takes User at most comes and goes without, or with as it likes; all else must have one', () => {
  const { opened, packet, answer } = link({ everyMessage: true, userLevel: false })
  expect(answer(opened.open(packet(getDeviceId, 'none')))).toBe(AuthType.none)
  expect(answer(opened.open(packet(getDeviceId, 'md5')))).toBe(AuthType.md5)
  expect(answer(opened.open(packet(chassisControl, 'none')))).toBe('not protected')
  expect(answer(opened.open(packet([0x06, 0xfe], 'none')))).toBe('not protected')
  expect(answer(opened.open(packet(chassisControl, 'md5')))).toBe(AuthType.md5)
})

test("what the system's software has for the console goes out as it stands, protected as all else", () => {
  const question = Uint8Array.of(0x81, 0x18, 0x67, 0x20, 0x04, 0x01, 0xdb)
  for (const [everyMessage, authType] of [
    [true, AuthType.md5],
    [false, AuthType.none],
  ] as const) {
    const { opened, sent } = link({ everyMessage, userLevel: true })
    opened.sendMessage(question)
    const { payload, ...packet } = decodePacket15(sent[0])
    expect(packet).toMatchObject({ authType, sequence: 1, sessionId: 7 })
    expect([...payload]).toEqual([...question])
  }
})
