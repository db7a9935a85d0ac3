import { BmcError } from '../base/errors.ts'
import type { Channel } from '../bmc/access/channels.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { SOL_INBOUND_SIZE, SOL_OUTBOUND_SIZE, type SolOutcome } from '../bmc/sol/sol.ts'
import { bits, bytes, empty, flag, layout, oneOf, pad, u8, u16le, u24le, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { PayloadType } from '../ipmi/session20.ts'
import { CompletionError, command, type Requester } from './command.ts'

/** RMCP+ payloads (IPMI 2.0 chapter 24). The only one to activate is SOL, instance 1. */

const SOL_INSTANCE = 1
const NO_VLAN = 0xffff

const payloadAndInstance = { reserved: pad(2), payloadType: bits(6), reserved2: pad(4), instance: bits(4) }

export const activatePayloadCodes = {
  alreadyActive: 0x80,
  disabled: 0x81,
  limitReached: 0x82,
  cannotEncrypt: 0x83,
  mustEncrypt: 0x84,
} as const

const refusals = {
  'already active': [activatePayloadCodes.alreadyActive, 'SOL is active on another session'],
  disabled: [activatePayloadCodes.disabled, 'SOL is disabled, or the machine has no serial console'],
  // There is no code for "cannot authenticate": the cipher suite is at fault either way.
  'cannot encrypt': [activatePayloadCodes.cannotEncrypt, 'the cipher suite of the session does not give what is asked'],
  'must encrypt': [activatePayloadCodes.mustEncrypt, 'the SOL configuration insists on more than is asked'],
} as const satisfies Record<Exclude<SolOutcome, 'activated'>, readonly [number, string]>

export const activatePayload = command({
  netFn: NetFn.App,
  cmd: 0x48,
  name: 'Activate Payload',
  spec: '24.1',
  privilege: 'User',
  door: 'lan',
  codes: activatePayloadCodes,
  request: layout({
    ...payloadAndInstance,
    encrypted: flag,
    authenticated: flag,
    testMode: flag,
    reserved3: pad(1),
    serialAlerts: bits(2),
    startHandshake: flag,
    reserved4: pad(1),
    auxiliary: bytes(3),
  }),
  response: layout({ auxiliary: bytes(4), inboundSize: u16le, outboundSize: u16le, port: u16le, vlan: u16le }),
  handle({ bmc, by }, { payloadType, instance, encrypted, authenticated }) {
    const session = ownSession(by)
    checkSol(payloadType, instance)
    const outcome = bmc.sol.activate(session, { encrypted, authenticated })
    if (outcome !== 'activated') {
      const [code, why] = refusals[outcome]
      throw new CompletionError(code, why)
    }
    return {
      auxiliary: new Uint8Array(4),
      inboundSize: SOL_INBOUND_SIZE,
      outboundSize: SOL_OUTBOUND_SIZE,
      port: session.localPort,
      vlan: NO_VLAN,
    }
  },
})

export const deactivatePayloadCodes = { alreadyDeactivated: 0x80, disabled: 0x81 } as const

export const deactivatePayload = command({
  netFn: NetFn.App,
  cmd: 0x49,
  name: 'Deactivate Payload',
  spec: '24.2',
  privilege: 'User',
  codes: deactivatePayloadCodes,
  request: layout({ ...payloadAndInstance, auxiliary: bytes(4) }),
  response: empty,
  handle({ bmc, by }, { payloadType, instance }) {
    checkSol(payloadType, instance)
    if (bmc.sol.deactivate(by.session)) return
    throw new CompletionError(deactivatePayloadCodes.alreadyDeactivated, 'SOL is not active')
  },
})

export const getPayloadActivationStatus = command({
  netFn: NetFn.App,
  cmd: 0x4a,
  name: 'Get Payload Activation Status',
  spec: '24.4',
  privilege: 'User',
  request: layout({ reserved: pad(2), payloadType: bits(6) }),
  response: layout({ reserved: pad(4), capacity: bits(4), active: u16le }),
  handle({ bmc }, { payloadType }) {
    checkType(payloadType)
    return { capacity: bmc.sol.supported ? 1 : 0, active: bmc.sol.active ? 1 : 0 }
  },
})

export const getPayloadInstanceInfo = command({
  netFn: NetFn.App,
  cmd: 0x4b,
  name: 'Get Payload Instance Info',
  spec: '24.5',
  privilege: 'User',
  request: layout({ payloadType: u8, instance: u8 }),
  // pyghmi 1.5 compares the ID with its managed system session ID every half minute, and leaves when it differs.
  response: layout({ sessionId: u32le, serialPort: u8, reserved: pad(56) }),
  handle({ bmc }, { payloadType, instance }) {
    checkSol(payloadType, instance)
    return { sessionId: bmc.sol.active?.session.id ?? 0, serialPort: bmc.sol.supported ? 1 : 0 }
  },
})

const accessOperation = { enable: 0, disable: 1 } as const

export const setUserPayloadAccess = command({
  netFn: NetFn.App,
  cmd: 0x4c,
  name: 'Set User Payload Access',
  spec: '24.6',
  privilege: 'Administrator',
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    operation: oneOf(bits(2), accessOperation),
    userId: bits(6),
    reserved2: pad(6),
    sol: flag,
    reserved3: pad(1),
    reserved4: pad(8),
    oem: u16le,
  }),
  response: empty,
  handle({ bmc, by }, { channel, operation, userId, sol, oem }) {
    const { number } = lanChannel(bmc, channel, by)
    checkUser(bmc, userId)
    if (oem !== 0 && operation === 'enable') throw new BmcError('invalid-field', "no maker's payload is here")
    if (sol) bmc.sol.access.setSol(userId, number, operation === 'enable')
  },
})

export const getUserPayloadAccess = command({
  netFn: NetFn.App,
  cmd: 0x4d,
  name: 'Get User Payload Access',
  spec: '24.7',
  privilege: 'Operator',
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(2), userId: bits(6) }),
  response: layout({ reserved: pad(6), sol: flag, reserved2: pad(1), reserved3: pad(8), oem: u16le }),
  handle({ bmc, by }, { channel, userId }) {
    const { number } = lanChannel(bmc, channel, by)
    checkUser(bmc, userId)
    return { sol: bmc.sol.access.mayUseSol(userId, number), oem: 0 }
  },
})

export const getChannelPayloadSupport = command({
  netFn: NetFn.App,
  cmd: 0x4e,
  name: 'Get Channel Payload Support',
  spec: '24.8',
  privilege: 'User',
  request: layout({ reserved: pad(4), channel: bits(4) }),
  response: layout({ standard: u16le, sessionSetup: u16le, oem: u16le, reserved: pad(16) }),
  handle({ bmc, by }, { channel }) {
    lanChannel(bmc, channel, by)
    const standard = supportedTypes(bmc).filter((type) => type < 0x10)
    const sessionSetup = supportedTypes(bmc).filter((type) => type >= 0x10)
    return { standard: mask(standard), sessionSetup: mask(sessionSetup.map((type) => type - 0x10)), oem: 0 }
  },
})

export const payloadVersionCodes = { notAvailable: 0x80 } as const

export const getChannelPayloadVersion = command({
  netFn: NetFn.App,
  cmd: 0x4f,
  name: 'Get Channel Payload Version',
  spec: '24.9',
  privilege: 'User',
  codes: payloadVersionCodes,
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(2), payloadType: bits(6) }),
  response: layout({ major: bits(4), minor: bits(4) }),
  handle({ bmc, by }, { channel, payloadType }) {
    lanChannel(bmc, channel, by)
    if (supportedTypes(bmc).includes(payloadType)) return { major: 1, minor: 0 }
    throw new CompletionError(payloadVersionCodes.notAvailable, `payload type ${payloadType} is not available`)
  },
})

export const oemPayloadCodes = { notSupported: 0x80 } as const

export const getChannelOemPayloadInfo = command({
  netFn: NetFn.App,
  cmd: 0x50,
  name: 'Get Channel OEM Payload Info',
  spec: '24.10',
  privilege: 'User',
  codes: oemPayloadCodes,
  request: layout({
    reserved: pad(4),
    channel: bits(4),
    reserved2: pad(2),
    payloadType: bits(6),
    manufacturer: u24le,
    payloadId: u16le,
  }),
  response: layout({ payloadType: u8, manufacturer: u24le, payloadId: u16le, major: bits(4), minor: bits(4) }),
  handle({ bmc, by }, { channel }) {
    lanChannel(bmc, channel, by)
    throw new CompletionError(oemPayloadCodes.notSupported, 'no maker has a payload type of its own here')
  },
})

export const payloadEncryptionCodes = {
  notSupported: 0x80,
  notAllowed: 0x81,
  notAvailable: 0x82,
  notActive: 0x83,
} as const

/** Whether packets are encrypted is a matter of the session's cipher suite here, so that there is nothing to switch. */
export const suspendResumePayloadEncryption = command({
  netFn: NetFn.App,
  cmd: 0x55,
  name: 'Suspend/Resume Payload Encryption',
  spec: '24.3',
  privilege: 'User',
  door: 'lan',
  codes: payloadEncryptionCodes,
  request: layout({
    ...payloadAndInstance,
    reserved3: pad(3),
    operation: oneOf(bits(5), { suspend: 0, resume: 1, 'new initialization vector': 2 }),
  }),
  response: empty,
  handle({ bmc }, { payloadType, instance, operation }) {
    checkSol(payloadType, instance)
    const session = bmc.sol.active?.session
    if (session === undefined) throw new CompletionError(payloadEncryptionCodes.notActive, 'SOL is not active')
    if (operation === 'new initialization vector') {
      throw new CompletionError(payloadEncryptionCodes.notSupported, 'only the xRC4 ciphers keep one to renew')
    }
    if ((operation === 'resume') === session.encrypted) return
    if (session.encrypted) {
      throw new CompletionError(payloadEncryptionCodes.notAllowed, 'the session encrypts everything')
    }
    throw new CompletionError(payloadEncryptionCodes.notAvailable, 'the session has no encryption')
  },
})

export const payloadCommands = [
  activatePayload,
  deactivatePayload,
  getPayloadActivationStatus,
  getPayloadInstanceInfo,
  setUserPayloadAccess,
  getUserPayloadAccess,
  getChannelPayloadSupport,
  getChannelPayloadVersion,
  getChannelOemPayloadInfo,
  suspendResumePayloadEncryption,
]

function supportedTypes(bmc: Bmc): readonly number[] {
  const { ipmi, sol, openSessionRequest, openSessionResponse, rakp1, rakp2, rakp3, rakp4 } = PayloadType
  const setup = [openSessionRequest, openSessionResponse, rakp1, rakp2, rakp3, rakp4]
  return bmc.sol.supported ? [ipmi, sol, ...setup] : [ipmi, ...setup]
}

function mask(numbers: readonly number[]): number {
  return numbers.reduce((all, number) => all | (1 << number), 0)
}

function checkType(payloadType: number): void {
  if (payloadType !== PayloadType.sol) throw new BmcError('invalid-field', `payload type ${payloadType} is not SOL`)
}

function checkSol(payloadType: number, instance: number): void {
  checkType(payloadType)
  if (instance !== SOL_INSTANCE) throw new BmcError('invalid-field', `SOL has one instance, 1, and no ${instance}`)
}

function checkUser(bmc: Bmc, userId: number): void {
  if (bmc.users.get(userId) === undefined) throw new BmcError('out-of-range', `there is no user ${userId}`)
}

function lanChannel(bmc: Bmc, number: number, by: Requester): Channel {
  const channel = bmc.channels.resolve(number, by)
  if (channel?.medium === 'lan') return channel
  throw new BmcError('invalid-field', `channel ${number} is no LAN channel`)
}

/** Only an RMCP+ session can carry a payload (§24.1). */
function ownSession(by: Requester) {
  if (by.session?.version === '2.0') return by.session
  throw new BmcError('wrong-state', 'SOL wants an IPMI 2.0 session: use lanplus')
}
