import { readFileSync } from 'node:fs'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { Accounts } from '../../redfish/access/accounts.ts'
import { isBody, type RedfishRequest } from '../../redfish/request.ts'

/** Users of a file that `htpasswd -B` has made. */
export interface FileUsers {
  /** Whoever comes with the right password for the first time becomes a user of the controller. */
  meet(request: RedfishRequest): Promise<void>
}

/** Reads it. Throws a SetupError with everything that is wrong in it. */
export function readUsers(path: string, bmc: Bmc): FileUsers {
  const hashes = new Map<string, string>()
  const wrong: string[] = []
  for (const [i, line] of textOf(path).split(/\r?\n/).entries()) {
    if (line === '' || line.startsWith('#')) continue
    const [name, hash = ''] = splitAtColon(line)
    if (/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) hashes.set(name, hash)
    else wrong.push(`${path}:${i + 1}: the password of "${name}" is not hashed with bcrypt; make it with htpasswd -B`)
  }
  if (wrong.length > 0) throw new SetupError(wrong.join('\n'))
  const accounts = new Accounts(bmc)
  const known = new Set<string>()
  return {
    async meet(request) {
      const given = credentialsOf(request)
      const hash = given && hashes.get(given.name)
      if (given === undefined || hash === undefined || known.has(given.name)) return
      const { compare } = await import('bcryptjs')
      if (!(await compare(given.password, hash)) || known.has(given.name)) return
      known.add(given.name)
      accounts.add(given.name, given.password, 'Administrator', true)
    },
  }
}

interface Credentials {
  readonly name: string
  readonly password: string
}

/** Of Basic, or of a session that is asked for. */
function credentialsOf({ method, path, headers, body }: RedfishRequest): Credentials | undefined {
  const basic = /^basic\s+([A-Za-z0-9+/=]+)\s*$/i.exec(headers.authorization ?? '')
  if (basic !== null) {
    const [name, password] = splitAtColon(Buffer.from(basic[1], 'base64').toString('utf8'))
    return password === undefined ? undefined : { name, password }
  }
  if (method !== 'POST' || !path.includes('/SessionService/Sessions') || body.kind !== 'json') return undefined
  if (!isBody(body.value)) return undefined
  const { UserName: name, Password: password } = body.value
  return typeof name === 'string' && typeof password === 'string' ? { name, password } : undefined
}

function splitAtColon(text: string): [string, string | undefined] {
  const colon = text.indexOf(':')
  return colon < 0 ? [text, undefined] : [text.slice(0, colon), text.slice(colon + 1)]
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new SetupError(`cannot read the file of users ${path}: ${messageOf(error)}`, { cause: error })
  }
}
