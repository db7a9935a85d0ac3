import { createHash } from 'node:crypto'
import { messageOf, SetupError } from '../base/errors.ts'
import type { QemuConfig } from '../config/config.ts'
import { type IpCommand, ipCommand } from '../net/ip-command.ts'
import { mustBeBridge } from '../net/namespace.ts'
import { plugTap } from '../net/tap.ts'

interface Whose {
  readonly node: string
  /** Of the node: what tells it from one of the same name in another lab. */
  readonly folder: string
}

/**
 * What QEMU takes as netdev of each NIC that is on a bridge, and what plugs them into it. Rejects with a SetupError where there
 * is none.
 */
export async function onBridges(
  { nics, at }: Pick<QemuConfig, 'nics' | 'at'>,
  whose: Whose,
  ip: IpCommand = ipCommand,
): Promise<{ readonly taps: readonly (string | undefined)[]; readonly plugNics: (() => Promise<void>) | undefined }> {
  const bridges = nics.map(({ plug }) => (plug.kind === 'bridge' ? plug.bridge : undefined))
  if (bridges.every((bridge) => bridge === undefined)) return { taps: [], plugNics: undefined }
  // Those of a network are seen to by it.
  const others = nics.flatMap(({ plug }) => (plug.kind === 'bridge' && plug.network === undefined ? plug.bridge : []))
  for (const bridge of new Set(others)) {
    await mustBeBridge(ip, bridge).catch((error: unknown) => {
      throw new SetupError(`${messageOf(error)}; see ${at.file}:${at.line}`, { cause: error })
    })
  }
  const tap = (index: number) => tapName(index, whose)
  return {
    taps: bridges.map((bridge, index) => (bridge === undefined ? undefined : tapOf(tap(index)))),
    plugNics: async () => {
      for (const [index, bridge] of bridges.entries()) {
        if (bridge !== undefined) await plugTap(ip, tap(index), bridge, whose.node)
      }
    },
  }
}

function tapOf(name: string): string {
  return `tap,ifname=${name},script=no,downscript=no`
}

/** The same at every start of the same lab, and different in every other; 15 characters are the most for an interface. */
function tapName(index: number, { folder }: Whose): string {
  return `nic${createHash('sha1').update(`${folder} ${index}`, 'utf8').digest('hex').slice(0, 10)}`
}
