import { beforeAll, describe, expect, it } from 'vitest'
import type { Lab } from '../support/bmcsim.ts'
import type { TestNode } from '../support/node.ts'
import { run, start } from '../support/process.ts'
import { upSimulatedNode } from '../support/simulated-node.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { startInTerminal } from '../support/terminal.ts'
import { requireTool } from '../support/tools.ts'

/**
 * OpenIPMI's own clients, 2.0.33. Opening a domain is what its user interfaces and daemons do first: it logs in, sets the
 * event receiver and the SEL time, and reads every SDR, FRU and event.
 */
describe.skipIf(!requireTool('openipmish', 'openipmi'))('OpenIPMI', () => {
  let node: TestNode
  let lab: Lab
  const login = () => ['lan', '-U', node.user, '-P', node.password, node.host]

  beforeAll(async () => {
    ;({ node, lab } = await upSimulatedNode())
  })

  describe('openipmish', () => {
    it('opens a domain without a warning and finds its controller, entities, sensors, FRUs and events', async () => {
      const shell = start('openipmish', [], { env: { HOME: tempFolder() } })
      let all = ''
      // Answers come when they are there, between events: each is awaited by what it must say.
      const ask = async (command: string, answer: RegExp) => {
        all += shell.output
        shell.forget()
        shell.send(`${command}\n`)
        await shell.waitFor(answer)
      }
      shell.send(`domain open ${node.name} -wait_til_up ${login().join(' ')}\n`)
      await shell.waitFor(/Name: \S+\(0\.20\)\n +Operation: Fully Up/)
      for (const entity of ['7.1', '10.1', '10.2']) {
        await shell.waitFor(`Object Type: Entity FRU\n  Name: ${node.name}(${entity})\n  Operation: Add`)
      }

      await ask(
        `mc info ${node.name}(0.20)`,
        /chassis_support: true[\s\S]*sdr_repository_support: true[\s\S]*version: 2\.0/,
      )
      await ask(`entity list ${node.name}`, /Entities\n( {4}Name: \S+\(\d+\.\d+\)\n){20}/)
      const fan = `"${node.name}(29.1).Fan 1"`
      await ask(`sensor get ${fan}`, /Value: \d\.\d+e\+0[34]\n[\s\S]*lower critical\s+Out Of Range: false/)
      await ask(`sensor get_thresholds ${fan}`, /Name: lower critical\n +Value: 1\.2\d*e\+03/)
      await ask(`sel list ${node.name}`, /Event\s+MC: \S+\(0\.20\)\s+Record ID: 1\s+Event type: 2/)

      shell.send('exit\n')
      await shell.ended(20_000)
      expect(`${all}${shell.output}`).not.toMatch(/WARN|SEVR|FATL|ERR|error/)
    })
  })

  describe('openipmicmd', () => {
    it.each([
      ['Get Device ID', '0f 00 06 01', /0f 07 00 01 00 20 01 01 00 02/],
      ['Get Chassis Status', '0f 00 00 01', /0f 01 00 01 00 [0-9a-f]1 /],
      ['a command that is not there', '0f 00 06 7f', /0f 07 00 7f c1/],
    ])('asks %s', async (_, request, answer) => {
      const { code, stdout } = await run('openipmicmd', ['-k', request, ...login()])
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(answer) })
    })

    it.each(['md5', 'rmcp+'])('logs in with authentication type %s', async (type) => {
      const [lan, ...more] = login()
      const { code, stdout } = await run('openipmicmd', ['-k', '0f 00 06 01', lan, '-A', type, ...more])
      expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/0f 07 00 01 00 20/) })
    })
  })

  it('rmcp_ping hears the pong', async () => {
    const ping = start('rmcp_ping', ['-t', '60', '-d', node.host])
    await ping.waitFor(`${node.host} IPMI`)
    await ping.stop()
  })

  it('solterm shows the console, types to it, and leaves by ~.', async () => {
    const client = startInTerminal('solterm', login(), { env: { HOME: tempFolder() } })
    await client.waitFor('Connected')
    client.send('\r')
    await client.waitFor('login:')
    client.send('\r~.')
    await client.ended(20_000)
    expect((await lab.bmcsim('ps')).stdout).toContain(node.name)
  })
})
