import { BmcError } from '../base/errors.ts'
import { SYSTEM_CHANNEL } from '../bmc/access/channels.ts'
import { bits, bytes, empty, flag, layout, oneOf, pad, rest } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { carry, isIpmb } from './bridge.ts'
import { CompletionError, command } from './command.ts'
import { putForSystem, sendMessageCodes, sendToConsole } from './system-messages.ts'

/**
 * What waits for the software on the system and how its driver fetches it (IPMI 2.0 §22.1 to §22.8). The other way messages
 * are carried to the controllers on the IPMB (bridge.ts) and to remote consoles (system-messages.ts).
 */

const enables = layout({
  oem: bits(3),
  reserved: pad(1),
  eventLogging: flag,
  eventBuffer: flag,
  eventBufferInterrupt: flag,
  receiveQueueInterrupt: flag,
})

export const setBmcGlobalEnables = command({
  netFn: NetFn.App,
  cmd: 0x2e,
  name: 'Set BMC Global Enables',
  spec: '22.1',
  privilege: 'User',
  door: 'system',
  request: enables,
  response: empty,
  handle: ({ bmc }, wanted) => bmc.messages.setEnables(wanted),
})

export const getBmcGlobalEnables = command({
  netFn: NetFn.App,
  cmd: 0x2f,
  name: 'Get BMC Global Enables',
  spec: '22.2',
  privilege: 'User',
  request: empty,
  response: enables,
  handle: ({ bmc }) => bmc.messages.enables,
})

const flags = layout({
  reserved: pad(4),
  watchdogPreTimeout: flag,
  reserved2: pad(1),
  eventBufferFull: flag,
  messageAvailable: flag,
})

export const clearMessageFlags = command({
  netFn: NetFn.App,
  cmd: 0x30,
  name: 'Clear Message Flags',
  spec: '22.3',
  privilege: 'User',
  door: 'system',
  request: flags,
  response: empty,
  handle: ({ bmc }, which) => bmc.messages.clear(which),
})

export const getMessageFlags = command({
  netFn: NetFn.App,
  cmd: 0x31,
  name: 'Get Message Flags',
  spec: '22.4',
  privilege: 'User',
  door: 'system',
  request: empty,
  response: flags,
  handle: ({ bmc }) => bmc.messages.flags,
})

const receiveStates = { disable: 0, enable: 1, get: 2 } as const

export const enableMessageChannelReceive = command({
  netFn: NetFn.App,
  cmd: 0x32,
  name: 'Enable Message Channel Receive',
  spec: '22.5',
  privilege: 'User',
  door: 'system',
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(6), state: oneOf(bits(2), receiveStates) }),
  response: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(7), enabled: flag }),
  handle({ bmc, by }, { channel, state }) {
    const found = bmc.channels.resolve(channel, by)
    if (found === undefined) throw new BmcError('invalid-field', `there is no channel ${channel}`)
    if (state !== 'get') bmc.messages.setReceives(found.number, state === 'enable')
    return { channel: found.number, enabled: bmc.messages.receives(found.number) }
  },
})

export const nothingThere = { noData: 0x80 } as const

export const getMessage = command({
  netFn: NetFn.App,
  cmd: 0x33,
  name: 'Get Message',
  spec: '22.6',
  privilege: 'User',
  door: 'system',
  codes: nothingThere,
  request: empty,
  response: layout({ level: bits(4), channel: bits(4), data: rest }),
  handle({ bmc }) {
    const message = bmc.messages.take()
    if (message === undefined) throw new CompletionError(nothingThere.noData, 'no message waits')
    return message
  },
})

/** The system's software identifies itself by bits in the address; what it gets is not looked into. */
const SMALLEST_MESSAGE = 6

export const sendMessage = command({
  netFn: NetFn.App,
  cmd: 0x34,
  name: 'Send Message',
  spec: '22.7',
  privilege: 'User',
  codes: sendMessageCodes,
  request: layout({ tracking: bits(2), encrypted: flag, authenticated: flag, channel: bits(4), message: rest }),
  response: layout({ message: rest }),
  handle(context, { tracking, encrypted, authenticated, channel, message }) {
    const { bmc, by } = context
    if (isIpmb(bmc, channel)) return carry(context, tracking, message)
    const to = bmc.channels.resolve(channel, by)
    if (to === undefined) throw new BmcError('invalid-field', `there is no channel ${channel}`)
    if (to.number === SYSTEM_CHANNEL) {
      if (by.session === undefined) throw new BmcError('not-supported', 'the system sends itself nothing')
      if (message.length < SMALLEST_MESSAGE) throw new BmcError('invalid-field', 'too short for an IPMI message')
      putForSystem(bmc, by.session, message)
    } else {
      if (by.door !== 'system') throw new BmcError('not-supported', 'from a console, messages go to the system only')
      sendToConsole(bmc, to.number, { tracking, encrypted, authenticated, message })
    }
    return { message: new Uint8Array() }
  },
})

export const readEventMessageBuffer = command({
  netFn: NetFn.App,
  cmd: 0x35,
  name: 'Read Event Message Buffer',
  spec: '22.8',
  privilege: 'User',
  door: 'system',
  codes: nothingThere,
  request: empty,
  response: layout({ record: bytes(16) }),
  handle({ bmc }) {
    const record = bmc.messages.takeEvent()
    if (record === undefined) throw new CompletionError(nothingThere.noData, 'no event waits')
    return { record }
  },
})

export const messagingCommands = [
  setBmcGlobalEnables,
  getBmcGlobalEnables,
  clearMessageFlags,
  getMessageFlags,
  enableMessageChannelReceive,
  getMessage,
  sendMessage,
  readEventMessageBuffer,
]
