import { empty, layout, u8 } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'

/** What a guest's driver asks when it starts (IPMI 2.0 §22.1 to §22.4). No message is ever waiting for it. */

export const setBmcGlobalEnables = command({
  netFn: NetFn.App,
  cmd: 0x2e,
  name: 'Set BMC Global Enables',
  spec: '22.1',
  privilege: 'User',
  door: 'system',
  request: layout({ enables: u8 }),
  response: empty,
  handle({ bmc }, { enables }) {
    bmc.globalEnables = enables
  },
})

export const getBmcGlobalEnables = command({
  netFn: NetFn.App,
  cmd: 0x2f,
  name: 'Get BMC Global Enables',
  spec: '22.2',
  privilege: 'User',
  request: empty,
  response: layout({ enables: u8 }),
  handle: ({ bmc }) => ({ enables: bmc.globalEnables }),
})

export const clearMessageFlags = command({
  netFn: NetFn.App,
  cmd: 0x30,
  name: 'Clear Message Flags',
  spec: '22.3',
  privilege: 'User',
  door: 'system',
  request: layout({ flags: u8 }),
  response: empty,
  /** Every flag is clear already. */
  handle: () => {},
})

export const getMessageFlags = command({
  netFn: NetFn.App,
  cmd: 0x31,
  name: 'Get Message Flags',
  spec: '22.4',
  privilege: 'User',
  door: 'system',
  request: empty,
  response: layout({ flags: u8 }),
  handle: () => ({ flags: 0 }),
})

export const messagingCommands = [setBmcGlobalEnables, getBmcGlobalEnables, clearMessageFlags, getMessageFlags]
