import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { freeipmi } from '../support/freeipmi.ts'
import { ipmitool, ipmitoolOk } from '../support/ipmitool.ts'
import { Kcs } from '../support/kcs.ts'
import { qemuLab, type TestNode, testNodes } from '../support/node.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { QmpClient } from '../support/qmp-client.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [requireTool('ipmitool', 'ipmitool'), requireTool('qemu-system-x86_64', 'qemu-system-x86')]

/** The watchdog, the guest's messages and DCMI, by ipmitool 1.8.19, FreeIPMI 1.6.10 and a guest of a real QEMU. */
describe.skipIf(present.includes(false))('watchdog, messages and DCMI', () => {
  let lab: Lab
  let node: TestNode
  let monitor: string
  const ok = (...args: string[]) => ipmitoolOk(node, ...args)
  const raw = (bytes: string) => ok('raw', ...bytes.split(' ').map((byte) => `0x${byte}`))

  beforeAll(async () => {
    ;[node] = testNodes([await unusedAddress()])
    monitor = join(tempFolder(), 'qmp')
    const yaml = qemuLab([node]).replace(
      'memory: 32M',
      `memory: 32M, arguments: [-qmp, "unix:${monitor},server=on,wait=off"]`,
    )
    lab = await upLab(yaml)
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  describe('the watchdog', () => {
    const watchdog = () => ok('mc', 'watchdog', 'get')

    it('is not there to be restarted before it was set', async () => {
      expect(await watchdog()).toMatch(/^Watchdog Timer Is: +Stopped$/m)
      const { code, stderr } = await ipmitool(node, 'mc', 'watchdog', 'reset')
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/uninitialized watchdog/) })
    })

    it('counts down until it is switched off', async () => {
      await raw('06 24 04 00 00 10 2c 01')
      await ok('mc', 'watchdog', 'reset')
      expect(await watchdog()).toMatch(/^Watchdog Timer Is: +Started\/Running$/m)
      expect(await watchdog()).toMatch(/^Initial Countdown: +30\.0 sec$/m)
      await ok('mc', 'watchdog', 'off')
      expect(await watchdog()).toMatch(/^Watchdog Timer Is: +Stopped$/m)
    })

    it('resets a machine that says nothing for a second, and the restart cause tells', async () => {
      await ok('power', 'on')
      const qmp = await QmpClient.connect(monitor)
      const [before] = qemuProcesses(node.uuid)
      await raw('06 24 04 01 00 10 0a 00')
      await raw('06 22')
      await until('the reset', () => qmp.events.includes('RESET'))
      qmp.close()
      expect(qemuProcesses(node.uuid)).toEqual([before])
      expect(await watchdog()).toMatch(/^Timer Expiration Flags: \(0x10\)\n.*SMS\/OS$/m)
      expect(await ok('chassis', 'restart_cause')).toMatch(/watchdog expired/i)
    })

    it('switches it off', async () => {
      await raw('06 24 03 02 00 08 0a 00')
      await raw('06 22')
      await until('power off', async () => (await ok('power', 'status')) === 'Chassis Power is off\n')
      await until('QEMU to be gone', () => qemuProcesses(node.uuid).length === 0)
    })
  })

  describe('the guest', () => {
    let kcs: Kcs
    let qmp: QmpClient

    beforeAll(async () => {
      await ok('power', 'on')
      qmp = await QmpClient.connect(monitor)
      kcs = new Kcs(qmp)
    })
    afterAll(() => qmp.close())

    it('hears of a message for it, fetches it, and is left alone again', async () => {
      expect(await kcs.attention()).toBe(false)
      await raw('06 34 0f 81 18 67 20 04 01 db')
      await until('attention', () => kcs.attention())
      expect(await kcs.ask(0x06, 0x31)).toBe('00 01')
      expect(await kcs.ask(0x06, 0x33)).toMatch(/^00 41 [0-9a-f]{2} 81 18 67 20 04 01 db$/)
      expect(await kcs.ask(0x06, 0x33)).toBe('80')
      await until('no attention', async () => !(await kcs.attention()))
    })

    it("is warned before its watchdog's end, with an interrupt where it wants one", async () => {
      expect(await kcs.ask(0x06, 0x2e, 0x0f)).toBe('00')
      expect(await kcs.ask(0x06, 0x24, 0x04, 0x30, 0x3c, 0x10, 0x58, 0x02)).toBe('00')
      expect(await kcs.ask(0x06, 0x22)).toBe('00')
      await until('attention', () => kcs.attention())
      expect(await kcs.ask(0x06, 0x31)).toBe('00 0a')
      expect(await kcs.ask(0x06, 0x35)).toMatch(/20 00 04 23 42 6f c8 34 ff$/)
      expect(await kcs.ask(0x06, 0x24, 0x04, 0x00, 0x00, 0x10, 0x58, 0x02)).toBe('00')
      expect(await kcs.ask(0x06, 0x31)).toBe('00 00')
      await until('no attention', async () => !(await kcs.attention()))
    })
  })

  it('counts the packets of the LAN', async () => {
    expect(await ok('lan', 'stats', 'get', '1')).toMatch(/^RMCP Rx Valid +: [1-9]\d*$/m)
  })

  it('says which MAC it has, and everything that lan6 print asks', async () => {
    expect(await ok('lan', 'print', '1')).toMatch(/^MAC Address +: [0-9a-f][26ae](:[0-9a-f]{2}){5}$/m)
    expect(await ok('lan6', 'print', '1')).toContain('IPv6/IPv4 Addressing Enables: ipv4')
  })

  describe('DCMI', () => {
    const dcmi = (...args: string[]) => ok('dcmi', ...args)

    it('is discovered', async () => {
      const capabilities = await dcmi('discover')
      expect(capabilities).toContain('Power management available')
      expect(capabilities).toContain('Primary LAN channel number: 1 is available')
    })

    it('reads the power', async () => {
      const reading = await dcmi('power', 'reading')
      expect(reading).toMatch(/Instantaneous power reading: +[1-9]\d* Watts/)
      expect(reading).toMatch(/Power reading state is: +activated/)
      expect(await dcmi('power', 'reading', '1_min')).toMatch(/Sampling period: +1_min/)
    })

    it('sets, activates and holds a power limit', async () => {
      expect(await dcmi('power', 'get_limit')).toContain('No Active Power Limit')
      await dcmi('power', 'set_limit', 'limit', '100')
      await dcmi('power', 'set_limit', 'action', 'sel_logging')
      await dcmi('power', 'activate')
      const limit = await dcmi('power', 'get_limit')
      expect(limit).toMatch(/Current Limit State: Power Limit Active/)
      expect(limit).toMatch(/Exception actions: +Log Event to SEL/)
      expect(limit).toMatch(/Power Limit: +100 Watts/)
      await dcmi('power', 'deactivate')
    })

    it('keeps the asset tag and the identifier', async () => {
      expect(await dcmi('get_mc_id_string')).toMatch(/: DCMI[0-9A-F]{12}/)
      const [tag, id] = ['rack-12/slot-3, bought in 2026', 'node-one-with-a-long-name']
      await dcmi('set_asset_tag', tag)
      await dcmi('set_mc_id_string', id)
      expect(await dcmi('asset_tag')).toContain(`Asset tag: ${tag}\n`)
      expect(await dcmi('get_mc_id_string')).toContain(`: ${id}`)
    })

    it('reads temperatures, and keeps the limit of the inlet', async () => {
      expect(await dcmi('get_temp_reading')).toMatch(/^Inlet air temperature\(40h\)\s+1\s+\+\d+ C$/m)
      await dcmi('thermalpolicy', 'set', '0x40', '1', 'volatile', 'poweroff', 'sel', '50', '30')
      expect(await dcmi('thermalpolicy', 'get', '0x40', '1')).toMatch(/Temperature Limit +50 degrees/)
      expect(await dcmi('sensors')).toContain('Inlet: ')
    })

    it('keeps its configuration', async () => {
      await dcmi('set_conf_param', 'timeout', '60')
      expect(await dcmi('get_conf_param')).toMatch(/Server contact timeout interval\s+: 60 seconds/)
    })

    it.skipIf(!requireTool('ipmi-dcmi', 'freeipmi-tools'))('answers every question of ipmi-dcmi', async () => {
      const ask = (...args: string[]) => freeipmi('ipmi-dcmi', node, '-l', 'ADMIN', ...args)
      const questions = {
        '--get-dcmi-capability-info': /DCMI Specification Conformance +: 1\.5/,
        '--get-asset-tag': /^rack-12\/slot-3, bought in 2026$/m,
        '--get-management-controller-identifier-string': /^node-one-with-a-long-name$/m,
        '--get-dcmi-sensor-info': /^Inlet Temperature/m,
        '--get-system-power-statistics': /^Current Power +: [1-9]\d* Watts$/m,
        '--get-enhanced-system-power-statistics': /Rolling Average Time Period 1 Hours/,
      }
      for (const [question, answer] of Object.entries(questions)) {
        const { code, stdout, stderr } = await ask(question)
        expect({ question, code, stdout, stderr }).toEqual({
          question,
          code: 0,
          stdout: expect.stringMatching(answer),
          stderr: '',
        })
      }
      const limit = ['--exception-actions=17', '--power-limit-requested=150', '--correction-time-limit=2000']
      expect(await ask('--set-power-limit', ...limit, '--statistics-sampling-period=5')).toMatchObject({ code: 0 })
      expect(await ask('--activate-deactivate-power-limit=ACTIVATE')).toMatchObject({ code: 0 })
      expect((await ask('--get-power-limit')).stdout).toMatch(/^Power Limit Requested +: 150 watts$/m)
    })

    it.skipIf(!requireTool('ipmi-config', 'freeipmi-tools')).each(['core', 'dcmi'])(
      'lets ipmi-config write back what it has read: %s',
      async (category) => {
        const config = (...args: string[]) => freeipmi('ipmi-config', node, '-l', 'ADMIN', '-g', category, ...args)
        const file = join(tempFolder(), 'checked-out')
        writeFileSync(file, (await config('--checkout')).stdout)
        const silent = { code: 0, stdout: '', stderr: '' }
        expect(await config('--commit', '-n', file)).toMatchObject(silent)
        expect(await config('--diff', '-n', file)).toMatchObject(silent)
      },
    )
  })
})
