import { createHash } from 'node:crypto'
import { messageOf, SetupError } from '../base/errors.ts'
import type { NicConfig, QemuConfig } from '../config/config.ts'
import { type IpCommand, ipCommand } from '../net/ip-command.ts'
import { mustBeBridge } from '../net/namespace.ts'
import { plugTap } from '../net/tap.ts'

interface Whose {
  readonly node: string
  /** Of the node: what tells it from one of the same name in another lab. */
  readonly folder: string
}

/** The NICs of a VM as QEMU takes them, and what plugs those on a bridge into it. Rejects with a SetupError where there is none. */
export async function onBridges(
  { nics, at }: Pick<QemuConfig, 'nics' | 'at'>,
  whose: Whose,
  ip: IpCommand = ipCommand,
): Promise<{ readonly nics: readonly NicConfig[]; readonly plugNics: (() => Promise<void>) | undefined }> {
  const bridges = new Set(nics.flatMap(({ bridge }) => bridge ?? []))
  if (bridges.size === 0) return { nics, plugNics: undefined }
  for (const bridge of bridges) {
    await mustBeBridge(ip, bridge).catch((error: unknown) => {
      throw new SetupError(`${whose.node}: ${messageOf(error)}; see ${at.file}:${at.line}`, { cause: error })
    })
  }
  const tap = (index: number) => tapName(index, whose)
  return {
    nics: nics.map((nic, index) => (nic.bridge === undefined ? nic : { ...nic, netdev: tapOf(tap(index)) })),
    plugNics: async () => {
      for (const [index, { bridge }] of nics.entries()) {
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
