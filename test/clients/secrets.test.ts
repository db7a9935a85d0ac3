import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bmcsim, program } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { type Child, run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const FIRST = 'configured-pw'
const SECOND = 'changed-pw-7'
const folder = tempFolder()
const state = join(folder, 'state')
const runDir = join(folder, 'run')
const output = join(folder, 'output')
const file = join(folder, 'lab.yaml')
const env = { BMCSIM_RUN_DIR: runDir }

/** A lab whose output goes to a file, as under a service manager. */
async function up(...more: string[]): Promise<Child> {
  const ready = join(folder, 'ready')
  rmSync(ready, { force: true })
  const words = [process.execPath, program, 'up', file, '--state', state, '--ready-file', ready, ...more]
  const lab = start('sh', ['-c', `exec ${words.join(' ')} >${output} 2>&1`], { env })
  await until('the lab', () => {
    if (!lab.running) throw new Error(readFileSync(output, 'utf8'))
    return existsSync(ready)
  })
  return lab
}

/** Every file below a folder. */
function filesIn(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const whole = join(path, entry.name)
    return entry.isDirectory() ? filesIn(whole) : entry.isFile() ? [whole] : []
  })
}

/** Where a password stands, as text or in hex, in whatever case. */
function found(password: string, files: readonly string[]): string[] {
  const forms = [password, Buffer.from(password).toString('hex'), Buffer.from(password).toString('base64').slice(0, 14)]
  return files.filter((path) => {
    const text = readFileSync(path, 'latin1').toLowerCase()
    return forms.some((form) => text.includes(form.toLowerCase()))
  })
}

describe.skipIf(!requireTool('ipmitool', 'ipmitool'))('a password set with ipmitool 1.8.19', () => {
  it('lies nowhere in clear, survives kill -9, and is not replaced by the configured one when its key is gone', async () => {
    const host = await unusedAddress()
    writeFileSync(
      file,
      `nodes:
  cn01:
    bmc: { address: ${host}, port: 623 }
    machine: { kind: simulated }
    users: [{ name: admin, password: ${FIRST}, privilege: admin }]
`,
    )
    const node = { host, user: 'admin', password: FIRST }
    const lab = await up('--log-level', 'debug')
    expect(await ipmitoolOk(node, 'user', 'set', 'password', '2', SECOND, '20')).toMatch(/successful/)
    const changed = { ...node, password: SECOND }
    expect(await ipmitoolOk(changed, 'user', 'test', '2', '20', SECOND)).toMatch(/Success/)
    await ipmitoolOk(changed, 'mc', 'reset', 'cold')
    expect((await ipmitool(node, 'mc', 'info')).code).not.toBe(0)

    // Everything on disk: state, logs, the run folder, and what it printed.
    const files = [...filesIn(state), ...filesIn(runDir), output, join(folder, 'ready')]
    expect(files).toContain(join(state, 'cn01/state.json'))
    expect(found(SECOND, files)).toEqual([])
    expect(found(FIRST, files)).toEqual([])
    expect(readFileSync(output, 'utf8')).toMatch(/ipmitool asks for the password, which \S+\.yaml has/)
    expect(readFileSync(output, 'utf8')).toContain(`-H ${host} -p 623 -U admin -a chassis power on`)
    const { stdout } = await bmcsim(['ps', '--json', '--state', state], { env })
    expect(stdout).toContain('"admin"')
    expect(stdout).not.toMatch(new RegExp(`${FIRST}|${SECOND}`))
    const arguments_ = (await run('ps', ['-ww', '-o', 'args=', '-p', String(lab.pid)])).stdout
    expect(arguments_).toContain('lab.yaml')
    expect(arguments_).not.toMatch(new RegExp(`${FIRST}|${SECOND}`))
    for (const path of filesIn(state))
      expect(`${path} ${(statSync(path).mode & 0o777).toString(8)}`).toBe(`${path} 600`)
    for (const path of [state, join(state, 'cn01'), runDir]) expect(statSync(path).mode & 0o777).toBe(0o700)

    lab.kill('SIGKILL')
    await lab.ended()
    const again = await up()
    await ipmitoolOk(changed, 'mc', 'info')
    expect((await ipmitool(node, 'mc', 'info')).code).not.toBe(0)
    expect(await again.stop('SIGINT')).toBe(0)

    const key = join(state, '.bmcsim-key')
    renameSync(key, join(folder, 'kept'))
    const refused = await bmcsim(['up', file, '--state', state], { env })
    expect(refused).toMatchObject({ code: 1, stdout: '' })
    expect(refused.stderr).toMatch(/sealed with a key that is gone: there is no .*\.bmcsim-key\. Put it back/)
    expect(existsSync(key)).toBe(false)

    writeFileSync(key, `${'5a'.repeat(32)}\n`, { mode: 0o600 })
    const other = await bmcsim(['up', file, '--state', state], { env })
    expect(other.code).toBe(1)
    expect(other.stderr).toMatch(/cn01: .*user\.2\.password cannot be read: it is sealed with key .*--key-file/)

    const moved = await up('--key-file', join(folder, 'kept'))
    await ipmitoolOk(changed, 'mc', 'info')
    expect(await moved.stop('SIGINT')).toBe(0)
  })
})
