import { appCommands } from './app.ts'
import { bootOptionsCommands } from './boot-options.ts'
import { channelCommands } from './channel.ts'
import { chassisCommands } from './chassis.ts'
import type { Command } from './command.ts'
import { deviceSdrCommands } from './device-sdr.ts'
import { eventCommands } from './event.ts'
import { fruCommands } from './fru.ts'
import { lanConfigurationCommands } from './lan-configuration.ts'
import { messagingCommands } from './messaging.ts'
import { payloadCommands } from './payload.ts'
import { sdrCommands } from './sdr.ts'
import { selCommands } from './sel.ts'
import { sensorCommands } from './sensor.ts'
import { sessionCommands } from './session.ts'
import { session15Commands } from './session15.ts'
import { solCommands } from './sol.ts'
import { systemInfoCommands } from './system-info.ts'
import { userCommands } from './user.ts'

const families: readonly (readonly Command[])[] = [
  chassisCommands,
  bootOptionsCommands,
  appCommands,
  messagingCommands,
  sessionCommands,
  session15Commands,
  channelCommands,
  userCommands,
  payloadCommands,
  systemInfoCommands,
  eventCommands,
  deviceSdrCommands,
  sensorCommands,
  fruCommands,
  sdrCommands,
  selCommands,
  lanConfigurationCommands,
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
