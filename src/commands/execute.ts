import { noBytes } from '../base/bytes.ts'
import { messageOf } from '../base/errors.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { atLeast } from '../ipmi/privilege.ts'
import { type Command, CompletionError, type Context, commandNumber, type Requester } from './command.ts'
import { completionCodeOf } from './completion.ts'
import { findCommand } from './table.ts'

export interface Reply {
  readonly completionCode: number
  readonly data: Uint8Array
}

/**
 * Answers one request. A command that need not wait for a machine is answered without a Promise; nothing is ever
 * thrown. `data` may be a view of a packet: it is not looked at after the handler's first wait.
 */
export function execute(context: Context, netFn: number, cmd: number, data: Uint8Array): Reply | Promise<Reply> {
  if (!context.bmc.enabled) return refusal(CompletionCode.unspecified)
  const row = findCommand(netFn, cmd, data[0], context.bmc.commands)
  if (row === undefined) return finish(context, netFn, cmd, undefined, refusal(CompletionCode.invalidCommand))
  if (!mayUse(row, context.by) || isSwitchedOff(row, context)) {
    return finish(context, netFn, cmd, row, refusal(CompletionCode.insufficientPrivilege))
  }
  if (isOnAnotherLun(row, context)) {
    return finish(context, netFn, cmd, row, refusal(CompletionCode.invalidForLun))
  }
  try {
    const response = row.handle(context, row.request.decode(data))
    if (!(response instanceof Promise)) return finish(context, netFn, cmd, row, success(row, response))
    return response.then(
      (value) => finish(context, netFn, cmd, row, encodeOrFail(context, row, value)),
      (error: unknown) => finish(context, netFn, cmd, row, failure(context, row, error)),
    )
  } catch (error) {
    return finish(context, netFn, cmd, row, failure(context, row, error))
  }
}

/** The right door, and the level that Appendix G asks for (IPMI 2.0 §6.8). */
function mayUse(row: Command, by: Requester): boolean {
  if (row.door !== 'any' && row.door !== by.door) return false
  if (row.privilege === 'Unprotected') return true
  return by.privilege !== undefined && atLeast(by.privilege, row.privilege)
}

/** D4h is for the firmware firewall too (§5.2, Table 5-2). */
function isSwitchedOff(row: Command, { bmc, by }: Context): boolean {
  return bmc.commandEnables.any && !bmc.commandEnables.allows(by.channel, commandNumber(row))
}

/** Sensors are told apart by LUN; everything else of a BMC is on LUN 0 (§7.2). */
function isOnAnotherLun(row: Command, { lun }: Context): boolean {
  return lun !== undefined && lun !== 0 && row.netFn !== NetFn.SensorEvent
}

function success(row: Command, value: unknown): Reply {
  return { completionCode: CompletionCode.ok, data: row.response.encode(value) }
}

function encodeOrFail(context: Context, row: Command, value: unknown): Reply {
  try {
    return success(row, value)
  } catch (error) {
    return failure(context, row, error)
  }
}

function refusal(completionCode: number): Reply {
  return { completionCode, data: noBytes }
}

function failure({ bmc }: Context, row: Command, error: unknown): Reply {
  const completionCode = completionCodeOf(error)
  if (completionCode !== undefined) {
    bmc.log.debug({ command: row.name, why: messageOf(error) }, 'command refused')
    if (!(error instanceof CompletionError) || error.response === undefined) return refusal(completionCode)
    return { completionCode, data: row.response.encode(error.response) }
  }
  const stack = error instanceof Error ? error.stack : undefined
  bmc.log.error({ command: row.name, error: messageOf(error), stack }, 'a command failed unexpectedly')
  return refusal(CompletionCode.unspecified)
}

function finish({ bmc, by }: Context, netFn: number, cmd: number, row: Command | undefined, reply: Reply): Reply {
  bmc.counters.commands++
  if (reply.completionCode !== CompletionCode.ok) bmc.counters.refused++
  if (bmc.log.isDebug()) {
    const { completionCode } = reply
    const facts = { netFn, cmd, completionCode, door: by.door, user: by.session?.userName, privilege: by.privilege }
    bmc.log.debug(facts, row?.name ?? 'unknown command')
  }
  return reply
}
