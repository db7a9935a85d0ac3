import type { CommandConfig, LanChannelConfig, SolConfig, UserConfig, VmLinkConfig } from '../config.ts'
import { defaultKillWaitS, defaultPoweroffWaitS } from '../defaults.ts'
import type { SourceRange } from '../source.ts'

/**
 * What lan.conf says about one management controller: everything behind its `set_working_mc`. Only at the end is it known
 * which one is the BMC (the .emu file may choose another than 20h), so all are kept till then.
 */
export class McSection {
  readonly mc: number
  readonly channels: LanChannelConfig[] = []
  /** The GUID of each LAN block that names one. */
  readonly guids: { readonly bytes: Uint8Array; readonly at: SourceRange }[] = []
  readonly users = new Map<number, UserConfig>()
  vmLink: VmLinkConfig | undefined
  sol: SolConfig | undefined
  startCommand: string | undefined
  startCommandAt: SourceRange | undefined
  startNow = false
  poweroffWaitS = defaultPoweroffWaitS
  killWaitS = defaultKillWaitS
  chassisControl: string | undefined
  /** The first keyword of the section, if it has any content. */
  firstContent: SourceRange | undefined

  constructor(mc: number) {
    this.mc = mc
  }

  machine(at: SourceRange): CommandConfig {
    return {
      kind: 'command',
      at: this.startCommandAt ?? at,
      startCommand: this.startCommand,
      startNow: this.startNow,
      poweroffWaitS: this.poweroffWaitS,
      killWaitS: this.killWaitS,
      chassisControl: this.chassisControl,
    }
  }
}
