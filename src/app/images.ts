import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { SetupError } from '../base/errors.ts'
import { packageFolder } from '../base/package-folder.ts'
import type { ImageConfig, QemuConfig } from '../config/config.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** What QEMU boots in place of a kernel of the user's. */
export interface BootImage {
  readonly kernel: string
  readonly initrd: string
  readonly append: string
}

export const imageBuilder = join(packageFolder, 'nodes', 'images', 'test-guest', 'build')

/** Where the images are that were built here: the program that builds them says the same in its usage. */
export function imageHome(env: Environment): string {
  const { BMCSIM_IMAGE_DIR: own, XDG_CACHE_HOME: cache, HOME: home } = env
  return own || join(cache || join(home || homedir(), '.cache'), 'bmcsim', 'images')
}

/**
 * The test guest. QEMU enters an unpacked kernel by itself (PVH), which spares an emulated processor the unpacking;
 * UEFI starts only a kernel that is an EFI program, which is the packed one. Its console is the serial port; what the
 * user appends stands behind that.
 */
export function bootImage(
  image: ImageConfig,
  { firmware, append }: Pick<QemuConfig, 'firmware' | 'append'>,
  env: Environment,
): BootImage {
  const folder = imageFolder(image, env)
  const kernel = join(folder, firmware === 'uefi' ? 'vmlinuz' : 'vmlinux')
  const initrd = join(folder, 'initrd')
  if (!existsSync(kernel) || !existsSync(initrd)) {
    const { file, line } = image.at
    throw new SetupError(
      `the image ${image.name} has not been built on this machine (no ${folder}). Build it: ${imageBuilder}; see ${file}:${line}`,
    )
  }
  return { kernel, initrd, append: imageAppend(append) }
}

export function imageFolder(image: ImageConfig, env: Environment): string {
  return join(imageHome(env), image.name)
}

export function imageAppend(more: string | undefined): string {
  return ['console=ttyS0,115200', 'quiet', ...(more ? [more] : [])].join(' ')
}
