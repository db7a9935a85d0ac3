import type { Bmc } from '../bmc/bmc.ts'
import type { IpmbDevice } from '../bmc/ipmb.ts'
import { CompletionCode } from '../ipmi/completion-code.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { execute } from './execute.ts'

/** Additional Device Support of Get Device ID (IPMI 2.0 Table 20-2, byte 6). */
const SENSORS = 0x01
const SDR_REPOSITORY = 0x02
const SEL = 0x04
const FRU = 0x08
const EVENT_RECEIVER = 0x10
const EVENT_GENERATOR = 0x20

/** "IPM device global" commands that every controller answers (§20): device ID, resets, self test, device GUID. */
const globalCommands = [0x01, 0x02, 0x03, 0x04, 0x08]

/**
 * A controller behind the BMC, as the bus sees it. It answers what its device support says; it has no users, no LAN, no
 * chassis of its own.
 */
export function satellite(mc: Bmc): IpmbDevice {
  return ({ netFn, lun, cmd, data }, privilege) => {
    if (!mc.enabled) return undefined
    if (!answers(mc, netFn, cmd)) return { completionCode: CompletionCode.invalidCommand, data: new Uint8Array() }
    return execute({ bmc: mc, by: { door: 'ipmb', channel: 0, session: undefined, privilege }, lun }, netFn, cmd, data)
  }
}

function answers({ device, sel }: Bmc, netFn: number, cmd: number): boolean {
  const has = (bits: number) => (device.deviceSupport & bits) !== 0
  switch (netFn) {
    case NetFn.App:
      return globalCommands.includes(cmd)
    case NetFn.SensorEvent:
      if (cmd <= 0x01) return has(EVENT_GENERATOR)
      if (cmd === 0x02) return has(EVENT_RECEIVER)
      if (cmd >= 0x20 && cmd <= 0x22) return device.providesDeviceSdrs
      return cmd >= 0x20 && has(SENSORS)
    case NetFn.Storage:
      if (cmd >= 0x10 && cmd <= 0x1f) return has(FRU)
      if (cmd >= 0x20 && cmd <= 0x2f) return has(SDR_REPOSITORY)
      return cmd >= 0x40 && has(SEL) && sel.capacity > 0
    default:
      return false
  }
}
