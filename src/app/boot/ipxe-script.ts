import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../../base/errors.ts'
import type { NicBootConfig } from '../../config/services.ts'
import type { Served, ServedFiles } from '../http/node-shelf.ts'
import { imageAppend, imageBuilder, imageFolder } from '../images.ts'

/** As iPXE asks for it, in the folder of the node. */
export const BOOT_SCRIPT = 'boot.ipxe'

/**
 * For all on a network: whoever asks goes on in the folder of its own MAC. A name without a host is looked for where this script came
 * from.
 */
export const firstScript = `#!ipxe\nchain \${netX/mac:hexhyp}/boot.ipxe\n`

/** What the folder of a node has for iPXE: its script, and the files that this names. Throws a SetupError. */
export function bootFiles({ what }: NicBootConfig, env: NodeJS.ProcessEnv = process.env): ServedFiles {
  switch (what.kind) {
    case 'script':
      return new Map([[BOOT_SCRIPT, { kind: 'text', text: what.text }]])
    case 'local':
      return new Map([[BOOT_SCRIPT, { kind: 'text', text: '#!ipxe\nexit\n' }]])
    case 'kernel':
      return kernelFiles(what.kernel, what.initrds, what.append)
    case 'image': {
      const folder = imageFolder(what.image, env)
      const [kernel, initrd] = [join(folder, 'vmlinuz'), join(folder, 'initrd')]
      if (!existsSync(kernel) || !existsSync(initrd)) {
        const { file, line } = what.image.at
        throw new SetupError(
          `the image ${what.image.name} has not been built on this machine (no ${folder}). Build it: ${imageBuilder}; see ${file}:${line}`,
        )
      }
      return kernelFiles(kernel, [initrd], imageAppend(what.append))
    }
  }
}

/** UEFI hands a kernel its initrd by the name that it is told (`initrd=`); a BIOS has no need of it, and a kernel ignores it then. */
function kernelFiles(kernel: string, initrds: readonly string[], append: string | undefined): ServedFiles {
  const names = initrds.map((_, i) => `initrd${i === 0 ? '' : i + 1}`)
  const words = ['kernel', 'kernel', ...names.map((name) => `initrd=${name}`), ...(append ? [append] : [])]
  const script = ['#!ipxe', words.join(' '), ...names.map((name) => `initrd ${name}`), 'boot', ''].join('\n')
  return new Map<string, Served>([
    [BOOT_SCRIPT, { kind: 'text', text: script }],
    ['kernel', { kind: 'file', path: kernel }],
    ...names.map((name, i) => [name, { kind: 'file', path: initrds[i] }] as const),
  ])
}
