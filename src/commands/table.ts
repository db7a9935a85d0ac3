import type { Bmc } from '../bmc/bmc.ts'
import { type CommandChoice, type OemName, standardCommands } from '../bmc/command-choice.ts'
import { NetFn } from '../ipmi/net-fn.ts'
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
import { hostInterfaceCommands } from './host-interface.ts'
import { lanConfigurationCommands } from './lan-configuration.ts'
import { lanTrafficCommands } from './lan-traffic.ts'
import { messagingCommands } from './messaging.ts'
import { dellCommands } from './oem/dell.ts'
import { openbmcCommands } from './oem/openbmc.ts'
import { supermicroCommands } from './oem/supermicro.ts'
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
  firewallCommands((bmc) => commandsOf(bmc)),
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
  hostInterfaceCommands,
  dcmiCommands,
  dcmiPowerCommands,
  dcmiThermalCommands,
]

/** Every command, in NetFn and number order. */
export const commandTable: readonly Command[] = families.flat().sort((a, b) => commandNumber(a) - commandNumber(b))

const byNumber = byNumberOf(commandTable)

/** The same by NetFn and number, but for those of groups: what most packets ask for is found without a look-up. */
const rows: (readonly (Command | undefined)[])[] = rowsOf(commandTable)

const byMaker: Readonly<Record<OemName, ReadonlyMap<number, Command>>> = {
  dell: byNumberOf(dellCommands),
  supermicro: byNumberOf(supermicroCommands),
  openbmc: byNumberOf(openbmcCommands),
}

/** The makers' own commands, for a table that shows all there are. */
export const oemCommands: Readonly<Record<OemName, readonly Command[]>> = {
  dell: dellCommands,
  supermicro: supermicroCommands,
  openbmc: openbmcCommands,
}

/** `firstByte` of the data tells the commands of one group's NetFn from another's. `choice` is the BMC's. */
export function findCommand(
  netFn: number,
  cmd: number,
  firstByte?: number,
  choice: CommandChoice = standardCommands,
): Command | undefined {
  const standard = choice === standardCommands
  if (standard && netFn !== NetFn.Group) return rows[netFn]?.[cmd]
  const number = commandNumber({ netFn, cmd, group: firstByte })
  if (standard) return byNumber.get(number)
  if (choice.without.has((netFn << 8) | cmd)) return undefined
  return (choice.oem && byMaker[choice.oem].get(number)) ?? byNumber.get(number)
}

/** All that a BMC answers: a maker's own in the place of a standard one. */
function commandsOf({ commands: { oem, without } }: Bmc): readonly Command[] {
  if (oem === undefined && without.size === 0) return commandTable
  const all = byNumberOf([...commandTable, ...(oem === undefined ? [] : oemCommands[oem])])
  return [...all.values()].filter(({ netFn, cmd }) => !without.has((netFn << 8) | cmd))
}

function rowsOf(commands: readonly Command[]): (readonly (Command | undefined)[])[] {
  const all: (Command | undefined)[][] = []
  for (const row of commands) {
    if (row.netFn === NetFn.Group) continue
    all[row.netFn] ??= []
    all[row.netFn][row.cmd] = row
  }
  return all
}

function byNumberOf(commands: readonly Command[]): ReadonlyMap<number, Command> {
  return new Map(commands.map((row) => [commandNumber(row), row]))
}
