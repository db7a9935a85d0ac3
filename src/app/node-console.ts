import { join } from 'node:path'
import type { BytePort } from '../base/byte-port.ts'
import type { Clock } from '../base/clock.ts'
import type { Logger } from '../base/logger.ts'
import type { NodeConfig, SerialDevice } from '../config/config.ts'
import { ConsoleHub } from '../console/hub.ts'
import { MemoryScrollback, Scrollback } from '../console/scrollback.ts'
import type { Machine } from '../machine/machine.ts'
import { openSerial } from '../serial/open-serial.ts'

const SCROLLBACK_KIB = 256

/** One reader of the node's serial port, with what it said before; undefined where the node has none. */
export async function openHub(
  config: NodeConfig,
  machine: Machine,
  folder: string | undefined,
  { clock, log, isNew }: { readonly clock: Clock; readonly log: Logger; readonly isNew: boolean },
): Promise<ConsoleHub | undefined> {
  const { sol } = config
  const hub = (port: BytePort) => new ConsoleHub({ port, scrollback: scrollback(config, folder, isNew), log })
  if (sol === undefined) return machine.console && hub(machine.console)
  const port = await openSerial({ ...sol.device, baud: sol.baud }, { clock, log })
  // QEMU drops what the firmware says before somebody has connected: be there when the machine comes up.
  machine.onPower((power) => {
    if (power === 'on') port.hurry()
  })
  return hub(port)
}

/** What is kept of the console before it is opened; undefined where it is not the machine's own, or nothing is kept. */
export function keptConsole(config: NodeConfig, folder: string | undefined): (() => Uint8Array) | undefined {
  if (config.sol !== undefined || folder === undefined) return undefined
  return () => {
    const kept = scrollback(config, folder, false)
    const bytes = kept.read()
    kept.close()
    return bytes
  }
}

/** `serial` for the machine's own, else the device as it is written in a file. */
export function consoleDevice({ sol }: NodeConfig, machine: Machine): string {
  if (sol !== undefined) return deviceText(sol.device)
  return machine.console === undefined ? 'none' : 'serial'
}

function scrollback({ sol }: NodeConfig, folder: string | undefined, isNew: boolean) {
  const size = (sol?.historyKiB ?? SCROLLBACK_KIB) * 1024
  if (folder === undefined) return new MemoryScrollback(size)
  return new Scrollback({ path: join(folder, 'console.log'), size, isNew })
}

function deviceText(device: SerialDevice): string {
  switch (device.kind) {
    case 'telnet':
    case 'tcp':
      return `${device.kind}:${device.host.includes(':') ? `[${device.host}]` : device.host}:${device.port}`
    case 'tty':
      return device.path
    case 'pty':
      return `pty:${device.link}`
  }
}
