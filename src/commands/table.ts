import { appCommands } from './app.ts'
import { bootOptionsCommands } from './boot-options.ts'
import { channelCommands } from './channel.ts'
import { chassisCommands } from './chassis.ts'
import type { Command } from './command.ts'
import { lanConfigurationCommands } from './lan-configuration.ts'
import { lanTrafficCommands } from './lan-traffic.ts'
import { messagingCommands } from './messaging.ts'
import { payloadCommands } from './payload.ts'
import { sessionCommands } from './session.ts'
import { session15Commands } from './session15.ts'
import { solCommands } from './sol.ts'
import { systemInfoCommands } from './system-info.ts'
import { userCommands } from './user.ts'
import { watchdogCommands } from './watchdog.ts'

const families: readonly (readonly Command[])[] = [
  chassisCommands,
  bootOptionsCommands,
  appCommands,
  watchdogCommands,
  messagingCommands,
  sessionCommands,
  session15Commands,
  channelCommands,
  userCommands,
  payloadCommands,
  systemInfoCommands,
  lanConfigurationCommands,
  lanTrafficCommands,
  solCommands,
]

/** Every command, in NetFn and number order. */
export const commandTable: readonly Command[] = families
  .flat()
  .sort((a, b) => numberOf(a.netFn, a.cmd) - numberOf(b.netFn, b.cmd))

const byNumber: ReadonlyMap<number, Command> = new Map(commandTable.map((row) => [numberOf(row.netFn, row.cmd), row]))

export function findCommand(netFn: number, cmd: number): Command | undefined {
  return byNumber.get(numberOf(netFn, cmd))
}

function numberOf(netFn: number, cmd: number): number {
  return (netFn << 8) | cmd
}
