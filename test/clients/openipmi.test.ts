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
    /** Each command once the one before has been answered: its prompt stands behind the answer. */
    const session = async (...commands: string[]) => {
      const shell = start('openipmish', [], { env: { HOME: tempFolder() } })
      const answers: string[] = []
      let all = ''
      shell.send(`domain open ${node.name} -wait_til_up ${login().join(' ')}\n`)
      await shell.waitFor(/Operation: Domain Fully Up|Domain Up|connection_up/, 20_000)
      await shell.waitFor(/Name: \S+\(26\.0\)\n\s+Operation: Change/, 20_000)
      for (const command of commands) {
        all += shell.output
        shell.forget()
        shell.send(`${command}\n`)
        answers.push(await shell.waitFor(/\n> |\n {2}[\s\S]*\n> /, 20_000))
      }
      shell.send('exit\n')
      await shell.ended(20_000)
      expect(`${all}${shell.output}`).not.toMatch(/WARN|SEVR|FATL|ERR|error/)
      return answers
    }

    it('opens a domain without a warning and finds its controller, entities and sensors', async () => {
      const [mc, entities, fan, events] = await session(
        `mc info ${node.name}(0.20)`,
        `entity list ${node.name}`,
        `sensor get "${node.name}(29.1).Fan 1"`,
        `sel list ${node.name}`,
      )
      expect(mc).toMatch(/chassis_support: true[\s\S]*sdr_repository_support: true[\s\S]*version: 2\.0/)
      expect(new Set(entities.match(/^ {4}Name: \S+\(\d+\.\d+\)$/gm)).size).toBe(20)
      expect(fan).toMatch(
        /Sensor Scanning Enabled: true[\s\S]*Value: \d\.\d+e\+0[34][\s\S]*lower critical\s+Out Of Range: false/,
      )
      expect(events).toMatch(/Event\s+MC: \S+\(0\.20\)\s+Record ID: 1\s+Event type: 2/)
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
    const ping = start('rmcp_ping', ['-t', '2', '-d', node.host])
    await ping.waitFor(`${node.host} IPMI`, 10_000)
    await ping.stop()
  })

  it('solterm shows the console, types to it, and leaves by ~.', async () => {
    const client = startInTerminal('solterm', login(), { env: { HOME: tempFolder() } })
    await client.waitFor('Connected', 20_000)
    client.send('\r')
    await client.waitFor('login:', 20_000)
    client.send('\r~.')
    await client.ended(20_000)
    expect((await lab.bmcsim('ps')).stdout).toContain(node.name)
  })
})
