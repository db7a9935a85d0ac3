import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'
import { crawl } from '../web/mockup/crawl.ts'
import { ServiceReader } from '../web/mockup/service-reader.ts'
import { writeMockup } from '../web/mockup/write-mockup.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { err, type Io, out } from './io.ts'

export interface LearnOptions {
  readonly user?: string
  readonly password?: string
  readonly passwordFile?: string
  readonly ca?: string
  readonly insecure?: boolean
}

const AT_ONCE = 4
const MOST = 100_000

/** Reads all of a Redfish service into a folder that `bmcsim redfish --mockup` serves. */
export async function learn(io: Io, address: string, folder: string, options: LearnOptions): Promise<number> {
  const into = resolve(io.cwd, folder)
  const origin = originOf(address)
  if (existsSync(into) && !(statSync(into).isDirectory() && readdirSync(into).length === 0)) {
    throw new UsageError(`${folder} is there already, and no empty folder; name a folder that is not there yet`)
  }
  const reader = new ServiceReader(origin, {
    user: options.user,
    password: passwordOf(io, options),
    authority: authorityOf(io, options),
    verify: options.insecure !== true,
  })
  let left = 0
  const leaveOut = (path: string, why: string) => {
    left++
    err(io, `${path}: ${why}; left out`)
  }
  try {
    // The root is there for everybody: who may not read more is told before anything is written.
    if ((await reader.get('/redfish/v1/Systems')).status === 401) throw new SetupError(unknownUser(origin, options))
    const count = await crawl({
      get: (path) => reader.get(path),
      atOnce: AT_ONCE,
      most: MOST,
      found: (path, body) => {
        if (!writeMockup(into, path, body)) leaveOut(path, 'no folder can have that name')
      },
      missing: (path, why) => {
        if (path === '/redfish/v1') throw new SetupError(`${origin.origin}${path}/ cannot be read: ${why}`)
        leaveOut(path, why)
      },
    })
    out(
      io,
      `${count} resources in ${folder}${left === 0 ? '' : `, ${left} left out`}. Serve them: bmcsim redfish --mockup ${folder}`,
    )
    return ExitCode.ok
  } catch (error) {
    if (error instanceof SetupError) throw error
    const untrusted = /CERT|SELF_SIGNED|UNABLE_TO/.test(errnoOf(error) ?? '')
    const hint = untrusted ? '. Say who vouches for it (--ca FILE), or take it as it is (--insecure)' : ''
    throw new SetupError(`${origin.origin}: ${messageOf(error)}${hint}`, { cause: error })
  } finally {
    reader.close()
  }
}

function unknownUser({ origin }: URL, { user }: LearnOptions): string {
  const who = user === undefined ? 'it wants to know who asks' : `it does not let ${user} in`
  return `${origin}: ${who}; name a user of it with --user, and the password in BMCSIM_PASSWORD or with --password-file`
}

function originOf(address: string): URL {
  const text = /^[a-z]+:\/\//i.test(address) ? address : `https://${address}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'https:' || url?.protocol === 'http:') return url
  throw new UsageError(`"${address}" is no address of a Redfish service; write one like https://127.10.0.1`)
}

function passwordOf(io: Io, { password, passwordFile }: LearnOptions): string | undefined {
  if (passwordFile === undefined) return password ?? io.env.BMCSIM_PASSWORD
  try {
    return readFileSync(resolve(io.cwd, passwordFile), 'utf8').replace(/\r?\n$/, '')
  } catch (error) {
    throw new UsageError(`cannot read the password file ${passwordFile}: ${messageOf(error)}`)
  }
}

function authorityOf(io: Io, { ca }: LearnOptions): string | undefined {
  if (ca === undefined) return undefined
  try {
    return readFileSync(resolve(io.cwd, ca), 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${ca}: ${messageOf(error)}`)
  }
}
