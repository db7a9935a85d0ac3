import type { Command } from '../command.ts'
import { dellChassisCommands } from './dell-chassis.ts'
import { dellNetworkCommands } from './dell-network.ts'
import { dellPowerCommands } from './dell-power.ts'
import { dellSystemInfoCommands } from './dell-system-info.ts'

/**
 * Manufacturer 674. Left out, since there is nothing here that they could be true of: drive lights (D5h), the controller's
 * web, SSH and directory settings (NetFn 2Eh), slot power, and power by subsystem (B1h, CCh).
 */
export const dellCommands: readonly Command[] = [
  ...dellSystemInfoCommands,
  ...dellNetworkCommands,
  ...dellPowerCommands,
  ...dellChassisCommands,
]
