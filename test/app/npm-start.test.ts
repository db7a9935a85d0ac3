import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { run, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const root = join(import.meta.dirname, '../..')
const present = requireTool('ipmitool', 'ipmitool')

/** The second of the two commands at the top of the README, with whatever machines this computer allows. */
describe.skipIf(!present)('npm start', () => {
  const home = tempFolder()
  const env = { HOME: home, XDG_STATE_HOME: join(home, 'state'), XDG_RUNTIME_DIR: home }

  it('prints three nodes and three commands that work as they are, and Ctrl-C ends it all', async () => {
    const lab = start('npm', ['start'], { cwd: root, env })
    await lab.waitFor('Ctrl-C stops everything', 60_000)
    const table = lab.stdout.split('\n').filter((line) => /^cn0[123] /.test(line))
    expect(table).toHaveLength(3)
    const rows = table.map((line) => line.split(/ +/))
    expect(rows.map(([name, , , user]) => [name, user])).toEqual(
      ['cn01', 'cn02', 'cn03'].map((name) => [name, 'admin']),
    )

    // Taken from the screen and given to a shell, as a reader would.
    const paste = lab.stdout.split('\n').filter((line) => line.startsWith('  '))
    expect(paste).toHaveLength(3)
    const [power, sol, console] = paste
    expect(sol).toMatch(/^ {2}ipmitool -I lanplus .* sol activate$/)
    const switched = await run('sh', ['-c', power])
    expect(switched).toMatchObject({ code: 0, stdout: 'Chassis Power Control: Up/On\n' })
    const shown = start('sh', ['-c', console], { cwd: root, env })
    await shown.waitFor(/BIOS|POST/, 60_000)
    await shown.stop()

    const hosts = rows.map(([, bmc]) => bmc.split(':'))
    for (const [host, port] of hosts) {
      await ipmitoolOk({ host, port: Number(port), user: 'admin', password: 'password' }, 'mc', 'info')
    }
    const machines = rows.map((row) => row[5])
    expect(qemuProcesses(home).length > 0).toBe(machines.includes('qemu'))
    await lab.stop('SIGINT') // to the whole foreground group, as a terminal does
    await until('every VM to be gone', () => qemuProcesses(home).length === 0)
    expect((await run(process.execPath, [join(root, 'dist/main.js'), 'ps'], { env })).code).toBe(3)
  })
})
