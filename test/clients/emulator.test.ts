import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { encodeFru } from '../../src/ipmi/fru.ts'
import { encodeSdr, type FullSensor } from '../../src/ipmi/sdr.ts'
import { idString } from '../../src/ipmi/type-length.ts'
import { bmcsim, ipmiSim, program, upLab } from '../support/bmcsim.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { ipmitoolHome } from '../support/ipmitool-home.ts'
import { Kcs } from '../support/kcs.ts'
import { LineClient } from '../support/line-client.ts'
import { type NodeAddress, qemuLab, testNodes } from '../support/node.ts'
import { type Child, run, start } from '../support/process.ts'
import { QmpClient } from '../support/qmp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startInTerminal } from '../support/terminal.ts'
import { temperature } from '../support/test-storage.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool')]
const withIpmiSim = requireTool('ipmi_sim', 'openipmi')

const CONSOLE_PORT = 9400
const words = (bytes: Uint8Array) => [...bytes].map((byte) => `0x${byte.toString(16)}`).join(' ')
const ALL = '000111111000000'
const bridge = ['-t', '0x30', '-b', '0']

const inletSdr = encodeSdr(temperature)
const fanSdr = encodeSdr({
  ...temperature,
  ownerId: 0x30,
  number: 7,
  sensorType: 4,
  baseUnit: 18,
  id: idString('Fan 7'),
} satisfies FullSensor)
const fru = encodeFru({
  board: {
    manufacturedMinutes: 0,
    manufacturer: 'Acme',
    product: 'Board 1',
    serial: 'S1',
    partNumber: 'P1',
    fileId: '',
    custom: [],
  },
})

/** Works in ipmi_sim and here: sensors with records, a SEL, a FRU, a second controller. */
const file = `mc_setbmc 0x20
mc_add 0x20 0 no-device-sdrs 0x23 9 8 0x9f 0x1291 0xf02
sel_enable 0x20 1000 0x0a
sel_add 0x20 0x02 0 0 0 0 0x20 0 4 1 1 1 0x57 0x60 0x50
main_sdr_add 0x20 ${words(inletSdr)}
sensor_add 0x20 0 1 0x01 0x01
sensor_set_threshold 0x20 0 1 settable 011001 0 90 80 0 0 5
sensor_set_event_support 0x20 0 1 enable scanning per-state ${`${ALL} `.repeat(4)}
sensor_set_value 0x20 0 1 40 0
mc_add_fru_data 0x20 0 256 data \\
  ${words(fru)}
mc_enable 0x20
mc_add 0x30 1 no-device-sdrs 0x1 1 0x10 0x0f 0x1291 0xf03
sel_enable 0x30 100 0x0a
sel_add 0x30 0x02 0 0 0 0 0x30 0 4 4 7 1 0x52 1 2
main_sdr_add 0x30 ${words(fanSdr)}
sensor_add 0x30 0 7 4 1
sensor_set_threshold 0x30 0 7 settable 011001 0 90 80 0 0 5
sensor_set_event_support 0x30 0 7 enable scanning per-state ${`${ALL} `.repeat(4)}
sensor_set_value 0x30 0 7 33 0
mc_add_fru_data 0x30 0 256 data ${words(fru)}
mc_enable 0x30
`

const events20 = `sensor_set_threshold 0x20 0 20 settable 010000 0 150 0 0 0 0
sensor_set_event_support 0x20 0 20 enable scanning per-state ${`${ALL} `.repeat(4)}
`

function lanConfOf(host: string): string {
  return `name "emu1"
startlan 1
  addr ${host} 623
  priv_limit admin
  allowed_auths_admin none md5 straight
  guid a123456789abcdefa123456789abcdef
endlan
user 2 true "ipmiusr" "test" admin 10
console ${host} ${CONSOLE_PORT}
`
}

async function folderWith(emu: string): Promise<{ folder: string; node: NodeAddress }> {
  const folder = tempFolder()
  const host = await unusedAddress()
  writeFileSync(join(folder, 'lan.conf'), lanConfOf(host))
  writeFileSync(join(folder, 'x.emu'), emu)
  return { folder, node: { host, user: 'ipmiusr', password: 'test' } }
}

describe.skipIf(present.includes(false))('the emulator language on a running node', () => {
  let sim: Child
  let node: NodeAddress
  let folder: string
  let env: Record<string, string>
  const ok = (...args: string[]) => ipmitoolOk(node, ...args)
  const emu = (...args: string[]) => bmcsim(['emu', 'emu1', ...args], { env })
  const sdr = (name: string) => async () =>
    (await ok('sdr', 'list')).match(new RegExp(`^${name} +\\| (.*?) +\\|`, 'm'))?.[1]

  beforeAll(async () => {
    ;({ folder, node } = await folderWith(file))
    env = { BMCSIM_RUN_DIR: join(folder, 'run'), XDG_STATE_HOME: join(folder, 'home') }
    sim = await ipmiSim(['-c', 'lan.conf', '-f', 'x.emu', '-s', 'state', '-n'], /emu1: answers/, { cwd: folder, env })
  })
  afterAll(() => sim?.stop('SIGINT'))

  it('takes lines from a TCP console, in the form of ipmi_sim', async () => {
    const client = await LineClient.connect(node.host, CONSOLE_PORT)
    expect(client.bytes.subarray(0, 9).toString('hex')).toBe('fffb03fffb01fffe01')
    expect(await client.run('sensor_set_value 0x20 0 1 85 1')).toBe('')
    expect(await sdr('CPU Temp')()).toBe('85 degrees C')
    expect(await ok('sel', 'list')).toMatch(/Temperature #0x01 \| Upper Non-critical going high \| Asserted\n$/)
    expect(await client.run('sel_add 0x20 2 0 0 0 0 0x20 0 4 1 1 1 0x57 0 0')).toMatch(/^Added record \d+$/)
    expect(await client.run('foo')).toBe('**unknown command "foo"')
    expect(await client.run('mc_add_fru_data 0x20 3 8 data 1')).toBe('')
    expect(await client.run('mc_dump_fru_data 0x20 3')).toBe(' 0x01 0x00 0x00 0x00 0x00 0x00 0x00 0x00')
    expect(await client.run('sensor_add 0x20 0 9 1 1 poll 100 program "id"')).toMatch(/^\*\*programs are named in/)
    client.end()
  })

  it('serves several consoles, and ends one at its Ctrl-D', async () => {
    const [a, b] = [
      await LineClient.connect(node.host, CONSOLE_PORT),
      await LineClient.connect(node.host, CONSOLE_PORT),
    ]
    a.send('sleep 60000\r')
    expect(await b.run('define X "1"')).toBe('')
    b.send('\x04')
    await until('the end', () => b.closed)
    a.end()
  })

  it('shows sensors, SDRs and FRUs that come while it runs', async () => {
    expect((await emu('sensor_add', '0x20', '0', '12', '0x0c', '0x6f')).code).toBe(0)
    expect((await emu('sensor_set_bit', '0x20', '0', '12', '6', '1', '0')).code).toBe(0)
    expect(await ok('sdr', 'list')).toMatch(/^Memory 12 +\| 0x40 +\| ok$/m)
    writeFileSync(
      join(folder, 'fru.bin'),
      Uint8Array.from({ length: 256 }, (_, i) => fru[i] ?? 0),
    )
    expect((await emu('mc_add_fru_data 0x20 5 256 file 0 "fru.bin"')).code).toBe(0)
    expect(await ok('fru', 'print', '5')).toMatch(/Board Product +: Board 1/)
    await ok('fru', 'edit', '5', 'field', 'b', '1', 'Board 2')
    expect(readFileSync(join(folder, 'fru.bin'), 'latin1')).toContain('Board 2')
  })

  it('polls files and programs', async () => {
    const input =
      'sensor_add 0x20 0 20 1 1 poll 100 file "t" div=1000\nsensor_add 0x20 0 21 1 1 poll 100 program "cat t" div=500\n'
    writeFileSync(join(folder, 't'), '42000\n')
    expect((await bmcsim(['emu', 'emu1'], { env, input })).code).toBe(0)
    await until('42', async () => (await sdr('Temperature 20')()) === '42 unspecified')
    await until('84', async () => (await sdr('Temperature 21')()) === '84 unspecified')
    writeFileSync(join(folder, 't'), '43000\n')
    await until('43', async () => (await sdr('Temperature 20')()) === '43 unspecified')
  })

  it('has a prompt for people, which Ctrl-D leaves', async () => {
    const prompt = startInTerminal(process.execPath, [program, 'emu', 'emu1'], { env })
    await prompt.waitFor('> ')
    prompt.send('sel_add 0x20 2 0 0 0 0 0x20 0 4 1 1 1 0x57 0 0\r')
    await prompt.waitFor(/Added record \d+[\s\S]*> /)
    prompt.send('foo\r')
    await prompt.waitFor(/unknown command "foo"[\s\S]*> /)
    prompt.send('\x04')
    expect(await prompt.ended()).toBe(0)
    expect(sim.running).toBe(true)
  })

  it('says what is wrong, and where a pipe was wrong', async () => {
    const one = await emu('sensor_set_value', '0x20', '0', '99', '1', '0')
    expect([one.code, one.stderr]).toEqual([
      1,
      'there is no sensor 99 on LUN 0 yet; write sensor_add before this line\n',
    ])
    const piped = await bmcsim(['emu', 'emu1'], { env, input: '# a comment\nsleep \\\n 1\nmc_enabl 0x20\nquit\n' })
    expect([piped.code, piped.stderr]).toEqual([1, 'line 4: unknown command "mc_enabl"; did you mean "mc_enable"?\n'])
    expect((await bmcsim(['emu', 'nobody', 'debug'], { env })).stderr).toMatch(/no node nobody/)
  })

  it.each(['lanplus', 'lan'])('reaches the second controller over the %s interface', async (type) => {
    const login = [
      '-I',
      type,
      '-N',
      '5',
      ...(type === 'lan' ? ['-A', 'MD5'] : []),
      '-H',
      node.host,
      '-U',
      'ipmiusr',
      '-P',
      'test',
    ]
    const { code, stdout, stderr } = await run('ipmitool', [...login, '-L', 'ADMINISTRATOR', ...bridge, 'mc', 'info'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toMatch(/^Product ID +: 3843 /m)
  })

  it.skipIf(!requireTool('openipmicmd', 'openipmi'))("reaches it with OpenIPMI's client", async () => {
    const login = ['lan', '-U', 'ipmiusr', '-P', 'test', '-A', 'md5', node.host]
    const { stdout } = await run('openipmicmd', ['-k', '0 30 0 6 1', ...login])
    expect(stdout).toMatch(/00 07 00 01 00 01 01 01 10 02 0f 91 12 00 03 0f/)
  })

  it('gives the second controller sensors, a SEL and FRUs of its own, and its events to the BMC', async () => {
    expect(await ok(...bridge, 'sensor')).toMatch(/^Fan 7 +\| 33\.000 +\| RPM +\| ok/m)
    expect(await ok(...bridge, 'sel', 'list')).toMatch(/^ +1 \|.*\| Fan #0x07 \| Lower Critical going low/m)
    expect(await ok(...bridge, 'fru', 'print', '0')).toMatch(/Board Serial +: S1/)
    expect((await emu('sensor_set_value 0x30 0 7 85 1')).code).toBe(0)
    expect(await ok('sel', 'elist')).toMatch(/Fan #0x07 \| Upper Non-critical going high/)
    expect((await emu('mc_disable 0x30')).code).toBe(0)
    expect((await ipmitool(node, ...bridge, 'raw', '6', '1')).code).toBe(1)
    expect((await emu('mc_enable 0x30')).code).toBe(0)
    await ok(...bridge, 'raw', '6', '1')
  })

  it('keeps what is logged over a kill, and the rest is as the file says again', async () => {
    const before = await ok('sel', 'list')
    await sim.stop('SIGKILL')
    sim = await ipmiSim(['-c', 'lan.conf', '-f', 'x.emu', '-s', 'state', '-n'], /emu1: answers/, { cwd: folder, env })
    expect(await ok('sel', 'list')).toBe(before)
    expect(await ok(...bridge, 'sel', 'list')).toMatch(/Fan #0x07/)
    expect(await sdr('CPU Temp')()).toBe('40 degrees C')
  })

  it('ends at quit', async () => {
    const client = await LineClient.connect(node.host, CONSOLE_PORT)
    client.send('quit\r\n')
    expect(await sim.ended()).toBe(0)
  })
})

describe.skipIf(present.includes(false))('a .emu file with sleeps', () => {
  it('is a script: what follows happens later', async () => {
    const { folder } = await folderWith(`${file}sensor_add 0x20 0 20 1 1 poll 50 file "t"
${events20}sleep 300\nsensor_set_value 0x20 0 1 85 1\nsleep 300\nquit\n`)
    const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
    writeFileSync(join(folder, 't'), '200')
    const sim = await ipmiSim(['-c', 'lan.conf', '-f', 'x.emu', '-s', 'state', '-n'], /emu1: answers/, {
      cwd: folder,
      env,
    })
    expect(await sim.ended()).toBe(0)
    const kept = readFileSync(join(folder, 'state/ipmi_sim/emu1/sel.log'), 'utf8')
    // The one of the file, that of its polled sensor's first look, and that of the script.
    expect(kept.trim().split('\n')).toHaveLength(3)
  })
})

describe.skipIf(present.includes(false) || !withIpmiSim)("the same file in Debian's ipmi_sim and here", () => {
  const answers = new Map<string, string[]>()
  const asked = [
    ['sdr', 'list'],
    ['sensor'],
    ['sel', 'list'],
    ['fru', 'print'],
    [...bridge, 'sdr', 'list'],
    [...bridge, 'sensor'],
    [...bridge, 'sel', 'list'],
    [...bridge, 'mc', 'info'],
    [...bridge, 'fru', 'print', '0'],
  ]

  beforeAll(async () => {
    const theirs = await folderWith(file)
    mkdirSync(join(theirs.folder, 'state'))
    const args = ['-c', 'lan.conf', '-f', 'x.emu', '-s', 'state', '-n']
    const ipmiSimOfDebian = start('ipmi_sim', args, { cwd: theirs.folder })
    const { host } = theirs.node
    const login = ['-I', 'lanplus', '-N', '5', '-C', '3', '-H', host, '-U', 'ipmiusr', '-P', 'test']
    // The same list of makers as for ours.
    const suite3 = (command: readonly string[]) =>
      run('ipmitool', [...login, ...command], { env: { HOME: ipmitoolHome() } })
    await until('ipmi_sim', async () => (await suite3(['raw', '6', '1'])).code === 0)
    for (const command of asked) answers.set(command.join(' '), [(await suite3(command)).stdout])
    await ipmiSimOfDebian.stop()

    const ours = await folderWith(file)
    const env = { BMCSIM_RUN_DIR: join(ours.folder, 'run') }
    const sim = await ipmiSim(args, /emu1: answers/, { cwd: ours.folder, env })
    for (const command of asked) answers.get(command.join(' '))?.push(await ipmitoolOk(ours.node, ...command))
    await sim.stop('SIGINT')
  })

  it.each(asked.map((command) => command.join(' ')))('%s', (command) => {
    const [theirs, ours] = answers.get(command) ?? []
    expect(theirs).not.toBe('')
    expect(withoutTimes(ours)).toBe(withoutTimes(theirs))
  })
})

/** ipmi_sim's SEL has the host's uptime for a time, and its device ID four zeros for an auxiliary revision that may be left out. */
function withoutTimes(text: string): string {
  const firmware = text.replace(/\nAux Firmware Rev Info +: \n( +0x00\n?)+/, '')
  return firmware.trimEnd().replaceAll(/\| +[^|]+\|[^|]+\|(?= (Temperature|Fan) #)/g, '|')
}

describe.skipIf(!requireTool('qemu-system-x86_64', 'qemu-system-x86'))('a guest', () => {
  it('reaches the second controller through its own interface', async () => {
    const [node] = testNodes([await unusedAddress()])
    const monitor = join(tempFolder(), 'qmp')
    const yaml = qemuLab([node]).replace(
      'memory: 32M',
      `memory: 32M, arguments: [-qmp, "unix:${monitor},server=on,wait=off"]`,
    )
    const lab = await upLab(yaml)
    for (const line of ['mc_add 0x30 1 0 1 2 3 0x0f 0x1291 0xf03', 'mc_enable 0x30']) {
      expect((await lab.bmcsim('emu', node.name, line)).code).toBe(0)
    }
    expect((await lab.bmcsim('power', node.name, 'on')).code).toBe(0)
    const qmp = await QmpClient.connect(monitor)
    const kcs = new Kcs(qmp)
    // Get Self Test Results to 30h, from LUN 2 (the software on the system), untracked: the answer waits for Get Message.
    expect(await kcs.ask(0x06, 0x34, 0x00, 0x30, 0x18, 0xb8, 0x20, 0x16, 0x04, 0xc6)).toBe('00')
    const answer = await until('the answer', async () => {
      const fetched = await kcs.ask(0x06, 0x33)
      return fetched !== '80' && fetched
    })
    expect(answer).toBe('00 00 1e c2 30 14 04 00 55 00 63')
    qmp.close()
    await lab.process.stop('SIGINT')
  })
})
