import { alertCommands } from './alert.ts'
import { appCommands } from './app.ts'
import { auxiliaryLogCommands } from './auxiliary-log.ts'
import { bootOptionsCommands } from './boot-options.ts'
import { channelCommands } from './channel.ts'
import { chassisCommands } from './chassis.ts'
import { type Command, commandNumber } from './command.ts'
import { dcmiCommands } from './dcmi.ts'
import { dcmiPowerCommands } from './dcmi-power.ts'
import { dcmiThermalCommands } from './dcmi-thermal.ts'
import { deviceSdrCommands } from './device-sdr.ts'
import { eventCommands } from './event.ts'
import { firewallCommands } from './firewall.ts'
import { fruCommands } from './fru.ts'
import { lanConfigurationCommands } from './lan-configuration.ts'
import { lanTrafficCommands } from './lan-traffic.ts'
import { messagingCommands } from './messaging.ts'
import { payloadCommands } from './payload.ts'
import { pefCommands } from './pef.ts'
import { sdrCommands } from './sdr.ts'
import { selCommands } from './sel.ts'
import { sensorCommands } from './sensor.ts'
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
  firewallCommands(() => commandTable),
  watchdogCommands,
  messagingCommands,
  sessionCommands,
  session15Commands,
  channelCommands,
  userCommands,
  payloadCommands,
  systemInfoCommands,
  eventCommands,
  pefCommands,
  alertCommands,
  deviceSdrCommands,
  sensorCommands,
  fruCommands,
  sdrCommands,
  selCommands,
  auxiliaryLogCommands,
  lanConfigurationCommands,
  lanTrafficCommands,
  solCommands,
  dcmiCommands,
  dcmiPowerCommands,
  dcmiThermalCommands,
]

/** Every command, in NetFn and number order. */
export const commandTable: readonly Command[] = families.flat().sort((a, b) => commandNumber(a) - commandNumber(b))

const byNumber: ReadonlyMap<number, Command> = new Map(commandTable.map((row) => [commandNumber(row), row]))

/** `firstByte` of the data tells the commands of one group's NetFn from another's. */
export function findCommand(netFn: number, cmd: number, firstByte?: number): Command | undefined {
  return byNumber.get(commandNumber({ netFn, cmd, group: firstByte }))
}
