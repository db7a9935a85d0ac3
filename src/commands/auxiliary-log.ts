import { bits, empty, layout, pad, rest } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'

/** Logs beside the SEL (IPMI 2.0 §31.12, §31.13): firmware writes their status, others read it. */

export const getAuxiliaryLogStatus = command({
  netFn: NetFn.Storage,
  cmd: 0x5a,
  name: 'Get Auxiliary Log Status',
  spec: '31.12',
  privilege: 'User',
  request: layout({ reserved: pad(4), log: bits(4) }),
  response: layout({ status: rest }),
  handle: ({ bmc }, { log }) => ({ status: bmc.auxiliaryLogs.status(log) }),
})

export const setAuxiliaryLogStatus = command({
  netFn: NetFn.Storage,
  cmd: 0x5b,
  name: 'Set Auxiliary Log Status',
  spec: '31.13',
  privilege: 'Administrator',
  request: layout({ reserved: pad(4), log: bits(4), status: rest }),
  response: empty,
  handle: ({ bmc }, { log, status }) => bmc.auxiliaryLogs.setStatus(log, status),
})

export const auxiliaryLogCommands = [getAuxiliaryLogStatus, setAuxiliaryLogStatus]
