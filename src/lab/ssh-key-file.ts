import { statSync } from 'node:fs'
import { join } from 'node:path'
import { readIfThere, writeAtomic } from '../base/atomic-file.ts'
import { messageOf, SetupError } from '../base/errors.ts'
import type { Random } from '../base/random.ts'
import { makeSshKey } from '../base/ssh-key.ts'

/** Beside the nodes' folders and never in one: the name of a node's folder does not begin with a dot. */
export function sshKeyIn(stateFolder: string): string {
  return join(stateFolder, '.ssh-key')
}

/** Each public key by the place of its private one, made before any seed is. */
export function openSshKeys(
  planned: readonly { readonly sshKey?: string | undefined }[],
  lab: string,
  random: Random,
): ReadonlyMap<string, string> {
  const paths = new Set(planned.flatMap(({ sshKey }) => sshKey ?? []))
  return new Map([...paths].map((path) => [path, openSshKey(path, lab, random)]))
}

/** The public key of a lab's ssh key in one line; the pair is made where it is not there yet, and kept. */
export function openSshKey(path: string, lab: string, random: Random): string {
  const publicFile = `${path}.pub`
  try {
    // The private key is written last: where it is there, the other is too.
    if (readIfThere(path) === undefined) {
      const { privateText, publicLine } = makeSshKey(`bmcsim-${lab}`.replaceAll(/[^\w.@-]/g, '_'), random)
      writeAtomic(publicFile, `${publicLine}\n`)
      writeAtomic(path, privateText)
    }
    if ((statSync(path).mode & 0o077) !== 0) throw new SetupError(`others can read the ssh key ${path}; chmod 600 it`)
    const line = readIfThere(publicFile)?.trim() ?? ''
    if (/^\S+ \S+/.test(line) && !line.includes('\n')) return line
    throw new SetupError(
      `${publicFile} does not hold the public key of ${path}: ssh-keygen -y -f ${path} > ${publicFile}`,
    )
  } catch (error) {
    if (error instanceof SetupError) throw error
    throw new SetupError(`the ssh key ${path} cannot be made or read: ${messageOf(error)}`, { cause: error })
  }
}
