import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NicStatus } from '../../src/app/nics/node-nics.ts'
import { type Lab, program, upLab } from '../support/bmcsim.ts'
import { run, start } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable, startInTerminal } from '../support/terminal.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedUdpPort } from '../support/unused-port.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('vpcs', 'vpcs'),
  requireTool('tcpdump', 'tcpdump'),
  requireTestGuest(),
]

/** Two Linux guests and VPCS 0.5b2 on one segment; the first guest has another VPCS on a UDP link of its own. */
describe.skipIf(present.includes(false))('a segment', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  const ports: number[] = []
  let lab: Lab
  let first: GuestShell
  let second: GuestShell

  beforeAll(async () => {
    for (let i = 0; i < 4; i++) ports.push(await unusedUdpPort())
    const udp = (i: number) => `{ listen: "127.0.0.1:${ports[i]}", peer: "127.0.0.1:${ports[i + 1]}" }`
    const host = await unusedAddress()
    lab = await upLab(
      `networks:
  lan: { kind: segment, links: [${udp(0)}] }
defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: qemu, accel: tcg, image: test-guest, nics: [{ network: lan }] }
nodes:
  cn1: { bmc: { address: ${host} }, machine: { nics: [{ network: lan }, { udp: ${udp(2)} }] } }
  cn2: { bmc: { address: ${host} }, machine: { nics: [{ network: lan, link: { up: false } }] } }
  cn3: { bmc: { address: ${host} }, machine: { kind: simulated } }
`,
      { env },
    )
    first = new GuestShell(lab, 'cn1', env)
    second = new GuestShell(lab, 'cn2', env)
    await lab.bmcsim('power', 'cn[1-2]', 'on')
    await Promise.all([first.booted(), second.booted()])
    await first.ok('ip address add 10.1.0.1/24 dev eth0; ip address add 10.2.0.1/24 dev eth1')
    await second.ok('ip address add 10.1.0.2/24 dev eth0')
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  async function link(...words: string[]): Promise<NicStatus[]> {
    const { code, stdout, stderr } = await lab.bmcsim('link', '--json', ...words)
    expect([code, stderr]).toEqual([0, ''])
    return JSON.parse(stdout)
  }

  /** How many of three pings from cn2 to cn1 were answered, however late, and the fastest of them in milliseconds. */
  async function ping(...options: string[]): Promise<{ answered: number; fastest: number }> {
    const { output } = await second.run(`ping -c 3 -i 0.3 -W 20 ${options.join(' ')} 10.1.0.1`)
    const answered = Number(/(\d+) packets received/.exec(output)?.[1])
    expect(output).toContain('3 packets transmitted')
    return { answered, fastest: Number(/min\/avg\/max = ([\d.]+)/.exec(output)?.[1]) }
  }

  const brief = '-W 2'
  /** The first frames after a change may meet a guest that still looks for its neighbour. */
  const connected = () => until('an answer', async () => (await ping(brief)).answered > 0, 120_000)
  const carrier = () => second.ok('cat /sys/class/net/eth0/carrier')

  it('has the link that the file says, and the guest knows', async () => {
    expect(await carrier()).toBe('0\n')
    expect((await ping(brief)).answered).toBe(0)
    await link('cn2', 'up')
    await until('the carrier', async () => (await carrier()) === '1\n')
    await connected()
    expect((await ping()).answered).toBe(3)
  })

  it('ends at a cable that is pulled, and goes on when it is back', async () => {
    await link('cn2:0', 'down')
    await until('no carrier', async () => (await carrier()) === '0\n')
    expect((await ping(brief)).answered).toBe(0)
    await link('cn2:0', 'up')
    await connected()
    // The other end's guest sees nothing of it, and is just as far away.
    await link('cn1:0', 'down')
    expect((await ping(brief)).answered).toBe(0)
    expect(await carrier()).toBe('1\n')
    await link('cn1:0', 'up')
    await connected()
  })

  it('loses what it should', async () => {
    const [before] = await link('cn2')
    await link('cn2', 'loss=100%')
    expect((await ping(brief)).answered).toBe(0)
    const [after] = await link('cn2', 'loss=0')
    expect((after.sent?.lost ?? 0) - (before.sent?.lost ?? 0)).toBeGreaterThanOrEqual(1)
    await connected()
  })

  it('takes as long as it should', async () => {
    await link('cn2', 'delay=100ms')
    const slow = await ping()
    expect(slow.answered).toBe(3)
    expect(slow.fastest).toBeGreaterThanOrEqual(200)
    await link('cn2', 'delay=0')
    // 1042 bytes at 64 kbit/s take 130 ms, each way.
    await link('cn2', 'rate=64k')
    expect((await ping('-s', '1000')).fastest).toBeGreaterThanOrEqual(260)
    await link('cn2', 'rate=none')
    await until('a fast answer', async () => (await ping()).fastest < 200)
  })

  it('is captured: both ways, for tcpdump', async () => {
    await connected()
    const file = join(tempFolder(), 'cn2.pcap')
    const capture = start(process.execPath, [program, 'capture', 'cn2', file, '--state', lab.state], { env })
    await until('the file', () => bytesOf(file) >= 24)
    expect((await ping()).answered).toBe(3)
    const read = () => run(findTool('tcpdump') ?? '', ['-n', '-r', file, 'icmp'])
    // The guest may have its last answer before it is written.
    await until('all of it in the file', async () => (await read()).stdout.split('\n').length > 6)
    capture.signal('SIGINT')
    expect(await capture.ended()).toBe(0)
    const { stdout, stderr } = await read()
    const lines = stdout.trim().split('\n')
    expect(lines.filter((line) => /10\.1\.0\.2 > 10\.1\.0\.1: ICMP echo request/.test(line))).toHaveLength(3)
    expect(lines.filter((line) => /10\.1\.0\.1 > 10\.1\.0\.2: ICMP echo reply/.test(line))).toHaveLength(3)
    expect(stderr).not.toContain('truncated')
    expect(capture.stderr).toMatch(/^\d+ frames\n$/)
  })

  it('is captured into a pipe, as many frames as are wanted', async () => {
    const words = `'${process.execPath}' '${program}' capture cn1:0 - --count 4 --state '${lab.state}' | tcpdump -n -r - 2>/dev/null`
    const pipe = start('sh', ['-c', words], { env })
    const ended = async () => {
      await ping()
      return !pipe.running
    }
    await until('the end', ended, 60_000)
    expect(pipe.stdout.trim().split('\n')).toHaveLength(4)
    expect(pipe.stdout).toContain('ICMP echo request')
    expect(pipe.stderr).toBe('4 frames\n')
  })

  it('is captured until nobody reads it any more', async () => {
    const capture = `'${process.execPath}' '${program}' capture cn1:0 - --state '${lab.state}'`
    const words = `{ ${capture}; echo "status $?" >&2; } | { tcpdump -c 2 -n -r - 2>/dev/null; exec <&-; }`
    const pipe = start('sh', ['-c', words], { env })
    const ended = async () => {
      await ping()
      return !pipe.running
    }
    await until('the end', ended, 60_000)
    expect(pipe.stdout.trim().split('\n')).toHaveLength(2)
    expect(pipe.stderr).toMatch(/^\d+ frames\nstatus 0\n$/)
  })

  it.each([
    { what: 'on the segment', listen: 1, peer: 0, net: '10.1.0' },
    { what: 'on a UDP link of the NIC', listen: 3, peer: 2, net: '10.2.0' },
  ])('VPCS $what reaches the guest', async ({ listen, peer, net }) => {
    const folder = tempFolder()
    const args = ['-F', '-i', '1', '-s', String(ports[listen]), '-c', String(ports[peer]), '-t', '127.0.0.1']
    const vpcs = startInTerminal('vpcs', args, { cwd: folder, env: { HOME: folder } })
    await vpcs.waitFor('VPCS>', 60_000, readable)
    vpcs.send(`ip ${net}.9 255.255.255.0\r`)
    await vpcs.waitFor(`PC1 : ${net}.9`, 60_000, readable)
    const answers = () => readable(vpcs.output).match(/icmp_seq=\d+ ttl=64/g)?.length ?? 0
    // It gives a host one second unless it is told, and says so at the end of each line.
    await until(
      'three answers',
      async () => {
        vpcs.forget()
        vpcs.send(`ping ${net}.1 -c 3 -w 20000\r`)
        await vpcs.waitFor(/(icmp_seq=3 .*|not reachable)\r?\n/, 60_000, readable)
        return answers() === 3
      },
      120_000,
      () => vpcs.output,
    )
    // And the guest reaches VPCS.
    expect(await first.ok(`ping -c 2 -W 2 ${net}.9`)).toContain('2 packets received')
    await vpcs.stop()
  })

  it('has nothing from a machine that is simulated or off', async () => {
    const [simulated] = await link('cn3', 'down')
    expect(simulated).toMatchObject({ up: false, sent: { frames: 0 }, received: { frames: 0 } })
    await lab.bmcsim('power', 'cn2', 'off')
    const [before] = await link('cn2')
    // Whom nobody is will be asked for by broadcast.
    await first.run('ping -c 2 -W 1 10.1.0.77')
    const [after] = await link('cn2')
    expect(before.received?.frames).toBeGreaterThan(0)
    expect(after.received).toEqual(before.received)
  })
})

function bytesOf(path: string): number {
  try {
    return readFileSync(path).length
  } catch {
    return 0
  }
}
