import { realpathSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { BmcError, errnoOf, messageOf } from '../../base/errors.ts'

/**
 * The file that a `file:` URL means, where its path begins at the folder that is shared: a client has to know nothing of this machine, and
 * can name nothing else on it.
 */
export function sharedFile(folder: string | undefined, url: string): string {
  if (folder === undefined) {
    throw new BmcError(
      'forbidden',
      'file: is not fetched: http and https are (bmc: { redfish: { images: FOLDER } } shares a folder)',
    )
  }
  const wanted = join(folder, pathIn(url))
  const [root, real] = [folder, wanted].map((path) => realPath(path, url))
  if (!real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`)) {
    throw new BmcError('forbidden', `${url} is not in the folder that is shared`)
  }
  return real
}

function pathIn(url: string): string {
  try {
    return posix.normalize(`/${decodeURIComponent(new URL(url).pathname)}`)
  } catch (error) {
    throw new BmcError('invalid-field', `${url}: ${messageOf(error)}`)
  }
}

function realPath(path: string, url: string): string {
  try {
    return realpathSync(path)
  } catch (error) {
    throw new BmcError('not-found', `${url} is not there (${errnoOf(error) ?? messageOf(error)})`)
  }
}
