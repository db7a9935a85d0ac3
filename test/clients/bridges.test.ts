import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { NicStatus } from '../../src/app/nics/node-nics.ts'
import { awaitReady, bmcsim, program } from '../support/bmcsim.ts'
import { namespaceNames, requireNamespaces } from '../support/namespaces.ts'
import { type Child, type Finished, run, start } from '../support/process.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { findTool, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('ping', 'iputils-ping'),
  requireTool('nsenter', 'util-linux'),
  requireTool('nft', 'nftables'),
  requireTool('iptables', 'iptables'),
  requireTool('tcpdump', 'tcpdump'),
]

/**
 * `host` is the machine that the lab runs on: eth0 leads to `out`, which knows nothing of the lab's subnets, and eth1 to `rack`.
 * The same commands by hand: ip netns add, then nsenter --net=/run/netns/NAME bmcsim up.
 */
describe.skipIf(present.includes(false) || !requireNamespaces())('a network that is a bridge of this machine', () => {
  const folder = tempFolder()
  const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
  const state = join(folder, 'state')
  const file = join(folder, 'lab.yaml')
  const ready = join(folder, 'ready')
  const [host, out, rack] = ['h', 'o', 'r'].map((end) => `bmcsim-b-${process.pid}-${end}`)
  const started: Child[] = []
  let untouched = ''

  const ip = (...args: string[]) => execFileSync('ip', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
  const inside = (space: string, ...words: string[]) => run('ip', ['netns', 'exec', space, ...words])
  const onHost = (...words: string[]) => inside(host, ...words)
  const command = (...words: string[]) =>
    run('nsenter', [`--net=/run/netns/${host}`, process.execPath, program, ...words], { env })
  const forwarding = async () => (await onHost('cat', '/proc/sys/net/ipv4/ip_forward')).stdout.trim()
  const answers = async (from: string, to: string) => (await inside(from, 'ping', '-c', '1', '-W', '20', to)).code === 0

  /** Interfaces, addresses, routes, rules and settings of the machine: all that a lab could have left. */
  async function traces(): Promise<string> {
    const looks = [
      ['ip', '-o', 'link', 'show'],
      ['ip', '-o', 'address', 'show', 'scope', 'global'],
      ['ip', '-4', 'route'],
      ['ip', '-6', 'route'],
      ['nft', 'list', 'tables'],
      ['iptables', '-t', 'nat', '-S'],
      ['grep', '.', '/proc/sys/net/ipv4/ip_forward', '/proc/sys/net/ipv4/conf/eth1/forwarding'],
    ]
    const seen: Finished[] = []
    for (const words of looks) seen.push(await onHost(...words))
    return seen.map(({ stdout }) => stdout).join('\n')
  }

  /** The machine is as it was; the kernel may take a moment over what goes. */
  async function isAgain(wanted: string): Promise<void> {
    let seen = ''
    const same = async () => {
      seen = await traces()
      return seen === wanted
    }
    await until('what was there before', same, 20_000).catch(() => expect(seen).toBe(wanted))
  }

  /** `withoutNft`: nothing lies over nft, for the lab alone. */
  async function up(yaml: string, withoutNft = false, ...more: string[]): Promise<Child> {
    const child = begin(yaml, withoutNft, ...more)
    await awaitReady(child, ready)
    return child
  }

  function begin(yaml: string, withoutNft = false, ...more: string[]): Child {
    writeFileSync(file, yaml)
    rmSync(ready, { force: true })
    const args = [program, 'up', file, '--state', state, '--ready-file', ready, ...more]
    const words = ['nsenter', `--net=/run/netns/${host}`, process.execPath, ...args]
    const nft = findTool('nft') ?? ''
    const cover = ['unshare', '-m', 'sh', '-c', 'mount --bind /dev/null "$0" && exec "$@"', nft]
    const [first, ...rest] = withoutNft ? [...cover, ...words] : words
    const child = start(first, rest, { env })
    started.push(child)
    return child
  }

  const yaml = (networks: string, nodes: string) => `networks:
${networks}
defaults:
  machine: { kind: simulated, start: now }
  users: [{ name: admin, password: password }]
nodes:
${nodes}
`
  const node = '  br01: { bmc: { address: 127.10.0.1, port: 6230 } }'

  /** A machine on the bridge: a namespace, as a VM would be there. */
  function guestOn(bridge: string, address: string): string {
    const name = `bmcsim-b-${process.pid}-g`
    ip('netns', 'add', name)
    ip('-n', host, 'link', 'add', 'guest0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name)
    ip('-n', host, 'link', 'set', 'guest0', 'master', bridge, 'up')
    ip('-n', name, 'link', 'set', 'eth0', 'up')
    ip('-n', name, 'address', 'add', address, 'dev', 'eth0')
    return name
  }

  const removeGuest = () => {
    const name = `bmcsim-b-${process.pid}-g`
    if (!namespaceNames().includes(name)) return
    ip('-n', host, 'link', 'del', 'guest0')
    ip('netns', 'del', name)
  }

  const bridgeOf = (network: string) =>
    new RegExp(`(${network}-[0-9a-f]{6})[:@]`).exec(ip('-n', host, '-o', 'link', 'show'))?.[1] ?? ''

  beforeAll(async () => {
    for (const name of [host, out, rack]) ip('netns', 'add', name)
    ip('-n', host, 'link', 'set', 'lo', 'up')
    for (const [device, peer, at, its] of [
      ['eth0', out, '192.0.2.1/24', '192.0.2.2/24'],
      ['eth1', rack, '', '198.51.100.2/24'],
    ]) {
      ip('-n', host, 'link', 'add', device, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', peer)
      for (const space of [host, peer]) ip('-n', space, 'link', 'set', space === host ? device : 'eth0', 'up')
      if (at !== '') ip('-n', host, 'address', 'add', at, 'dev', device)
      ip('-n', peer, 'address', 'add', its, 'dev', 'eth0')
    }
    ip('-n', host, 'route', 'add', 'default', 'via', '192.0.2.2')
    // iptables makes its table nat for the first rule, and keeps it.
    await onHost('iptables', '-t', 'nat', '-A', 'POSTROUTING', '-j', 'ACCEPT')
    await onHost('iptables', '-t', 'nat', '-F', 'POSTROUTING')
    // The kernel tells of a link that is up, and gives it its own address, a little later.
    await until('the links', async () => {
      const routes = (await onHost('ip', '-6', 'route')).stdout
      return ['eth0', 'eth1'].every((device) => routes.includes(`fe80::/64 dev ${device} `))
    })
    untouched = await traces()
  })
  afterEach(async () => {
    removeGuest()
    await Promise.all(started.splice(0).map((child) => child.stop('SIGINT')))
    // Whatever a test has found: nothing of ours stays on the machine.
    await command('down', '--state', state)
    await isAgain(untouched)
    expect(namespaceNames().filter((name) => name.startsWith('bmcsim-br0'))).toEqual([])
    rmSync(state, { recursive: true, force: true })
  })
  afterAll(() => {
    for (const name of [host, out, rack].filter((name) => namespaceNames().includes(name))) ip('netns', 'del', name)
  })

  it.each([['nft'], ['iptables']])('translates what leaves it, by %s', async (programName) => {
    const withoutNft = programName === 'iptables'
    const lab = await up(
      yaml('  lan: { kind: bridge, address: [10.77.0.1/24, "fd77::1/64"], nat: true, mtu: 1400 }', node),
      withoutNft,
    )
    try {
      const bridge = bridgeOf('lan')
      expect(lab.output).not.toContain('bmcsim:')
      expect(ip('-n', host, 'link', 'show', 'dev', bridge)).toContain('mtu 1400')
      expect(await forwarding()).toBe('1')
      const rules = await onHost(
        ...(programName === 'nft' ? ['nft', 'list', 'ruleset'] : ['iptables', '-t', 'nat', '-S']),
      )
      expect(rules.stdout).toContain(`bmcsim-${bridge}`)

      const guest = guestOn(bridge, '10.77.0.2/24')
      ip('-n', guest, 'address', 'add', 'fd77::2/64', 'dev', 'eth0', 'nodad')
      expect(await answers(guest, 'fd77::1')).toBe(true)
      ip('-n', guest, 'route', 'add', 'default', 'via', '10.77.0.1')
      // `out` has no route to 10.77.0.0/24: it can only answer an address of the host.
      const dump = start('ip', ['netns', 'exec', out, 'tcpdump', '-n', '-l', '-i', 'eth0', 'icmp'])
      started.push(dump)
      await dump.waitFor('listening on')
      expect(await answers(guest, '192.0.2.2')).toBe(true)
      await dump.waitFor('IP 192.0.2.1 > 192.0.2.2: ICMP echo request')
      expect(dump.output).not.toContain('10.77.0.2')
    } finally {
      await lab.stop('SIGINT')
    }
    expect(await forwarding()).toBe('0')
  })

  it('puts back what it changed after a kill -9: by the next start, and by down', async () => {
    ip('-n', host, 'address', 'add', '198.51.100.1/24', 'dev', 'eth1')
    ip('-n', host, 'route', 'add', '203.0.113.0/24', 'via', '198.51.100.2', 'metric', '50')
    await onHost('sh', '-c', 'echo 1 >/proc/sys/net/ipv4/conf/eth1/forwarding')
    const before = await traces()
    expect(before).toContain('eth1/forwarding:1')
    const text = yaml(
      '  lan: { kind: bridge, address: 10.77.0.1/24, nat: true, uplink: eth1, moveAddresses: true }\n  mgmt: { kind: isolated, address: 10.78.0.1/24 }',
      '  br01: { bmc: { address: 10.78.0.11, network: namespace, interface: mgmt, port: 623 } }',
    )
    try {
      const first = await up(text)
      const bridge = bridgeOf('lan')
      expect(bridge, first.output).not.toBe('')
      // The uplink's neighbour finds the same address behind it, at the same MAC, and ways through it are the bridge's.
      expect(await answers(rack, '198.51.100.1')).toBe(true)
      expect(ip('-n', host, 'route', 'get', '203.0.113.9')).toContain(`via 198.51.100.2 dev ${bridge}`)
      const guest = guestOn(bridge, '198.51.100.7/24')
      expect(await answers(guest, '198.51.100.2')).toBe(true)
      removeGuest()

      first.kill('SIGKILL')
      await first.ended()
      expect(bridgeOf('lan')).toBe(bridge)
      const second = await up(text)
      expect(await answers(rack, '198.51.100.1')).toBe(true)
      expect(await forwarding()).toBe('1')
      // What an earlier run made and the file no longer has is taken away, too.
      second.kill('SIGKILL')
      await second.ended()
      const third = await up(yaml('  mgmt: { kind: isolated, address: 10.79.0.1/24 }', node))
      expect(bridgeOf('lan')).toBe('')
      expect(ip('-n', host, '-4', '-o', 'address', 'show', 'dev', bridgeOf('mgmt'))).toContain('10.79.0.1/24')
      expect(await forwarding()).toBe('0')
      third.kill('SIGKILL')
      await third.ended()
      const fourth = await up(text)
      fourth.kill('SIGKILL')
      await fourth.ended()
      await command('down', '--state', state)
      await isAgain(before)
    } finally {
      ip('-n', host, 'address', 'flush', 'dev', 'eth1', 'scope', 'global')
      await onHost('sh', '-c', 'echo 0 >/proc/sys/net/ipv4/conf/eth1/forwarding')
    }
  })

  it('of kind isolated has each BMC at its own address, with the lab spread over workers too', async () => {
    const text = yaml(
      '  mgmt: { kind: isolated, address: 10.78.0.1/24 }',
      `  br01: { bmc: { address: 10.78.0.11, network: namespace, interface: mgmt, port: 623 } }
  br02: { bmc: { address: 10.78.0.12, network: alias, interface: mgmt, port: 623 } }
  br03: { bmc: { address: 10.78.0.13, network: namespace, interface: mgmt, port: 623 } }`,
    )
    for (const more of [[], ['--workers', '2']]) {
      const lab = await up(text, false, ...more)
      for (const address of ['10.78.0.11', '10.78.0.12', '10.78.0.13']) {
        const words = ['ipmitool', '-I', 'lanplus', '-H', address, '-U', 'admin', '-P', 'password', 'power', 'status']
        expect(await onHost(...words), lab.output).toMatchObject({ stdout: 'Chassis Power is on\n' })
      }
      expect(await forwarding()).toBe('0')
      expect((await onHost('nft', 'list', 'tables')).stdout).not.toContain('bmcsim')
      await lab.stop('SIGINT')
      await isAgain(untouched)
    }
  })

  it('is taken as it is where it is there, and stays', async () => {
    ip('-n', host, 'link', 'add', 'br0', 'type', 'bridge')
    ip('-n', host, 'link', 'set', 'br0', 'up')
    ip('-n', host, 'address', 'add', '10.90.0.1/24', 'dev', 'br0')
    const before = await traces()
    try {
      const wrong = begin(
        yaml(
          '  a: { kind: bridge, bridge: br0, address: 10.0.0.1/24, mtu: 9000, uplink: eth1 }\n  b: { kind: bridge, uplink: eth0 }',
          node,
        ),
      )
      expect(await wrong.ended()).toBe(1)
      for (const line of [
        'network a: br0 is there, and is taken as it is: it has not 10.0.0.1/24. Remove address, or: ip address add 10.0.0.1/24 dev br0',
        'network a: br0 is there, and is taken as it is: its mtu is 1500. Remove mtu, or: ip link set br0 mtu 9000',
        'network a: br0 is there, and is taken as it is: eth1 is no port of it. Remove uplink, or: ip link set eth1 master br0',
        'network b: eth0 has 192.0.2.1/24, the route default via 192.0.2.2, which would not work',
      ]) {
        expect(wrong.output).toContain(line)
      }
      await isAgain(before)
      const right = await up(yaml('  a: { kind: bridge, bridge: br0, nat: true }', node))
      expect((await onHost('nft', 'list', 'ruleset')).stdout).toContain('ip saddr 10.90.0.0/24')
      await right.stop('SIGINT')
      await isAgain(before)
    } finally {
      ip('-n', host, 'link', 'del', 'br0')
    }
  })

  it('leaves forwarding on as long as another lab needs it', async () => {
    const first = await up(yaml('  lan: { kind: bridge, address: 10.77.0.1/24, nat: true }', node))
    const other = join(folder, 'other.yaml')
    writeFileSync(other, readFileSync(file, 'utf8').replaceAll('10.77.', '10.76.').replace('6230', '6231'))
    const otherReady = join(folder, 'other-ready')
    const args = [program, 'up', other, '--state', `${state}-2`, '--ready-file', otherReady]
    const second = start('nsenter', [`--net=/run/netns/${host}`, process.execPath, ...args], { env })
    started.push(second)
    await awaitReady(second, otherReady)
    await first.stop('SIGINT')
    expect(await forwarding()).toBe('1')
    await second.stop('SIGINT')
    expect(await forwarding()).toBe('0')
  })

  it('says who may make it, before anything is made', async () => {
    writeFileSync(file, yaml('  lan: { kind: bridge, address: 10.77.0.1/24, nat: true }', node))
    const args = [`--net=/run/netns/${host}`, 'setpriv', '--bounding-set', '-net_admin', process.execPath, program]
    const { code, stderr } = await run('nsenter', [...args, 'up', file, '--state', state], { env })
    expect(code).toBe(1)
    expect(stderr).toMatch(
      /this lab changes the network of this machine, which needs root \(CAP_NET_ADMIN\):\nbmcsim: {3}network lan: makes the bridge lan-[0-9a-f]{6}, 10\.77\.0\.1\/24, NAT, with net\.ipv4\.ip_forward on\n/,
    )
  })

  it.skipIf(!requireTool('qemu-system-x86_64', 'qemu-system-x86') || !requireTestGuest())(
    'is what VMs meet on, with its MTU; a cable can be pulled, is slow or bad or looked into, and VMs that outlive us stay plugged in',
    async () => {
      const text = yaml(
        '  lan: { kind: isolated, address: 10.79.0.1/24, mtu: 2000 }',
        `  cn1: { bmc: { address: 127.10.0.1, port: 6230 }, machine: &vm { kind: qemu, accel: tcg, image: test-guest, start: now, nics: [{ network: lan, model: virtio-net-pci }] } }
  cn2: { bmc: { address: 127.10.0.2, port: 6230 }, machine: *vm }`,
      )
      const first = await up(text)
      const lab = {
        process: first,
        state,
        bmcsim: (...words: string[]) => bmcsim([words[0], '--state', state, ...words.slice(1)], { env }),
      }
      const shells = ['cn1', 'cn2'].map((name) => new GuestShell(lab, name, env))
      await Promise.all(shells.map((shell) => shell.booted()))
      const [cn1, cn2] = shells
      await cn1.ok('ip address add 10.79.0.11/24 dev eth0')
      await cn2.ok('ip address add 10.79.0.12/24 dev eth0')
      expect(await cn1.ok('cat /sys/class/net/eth0/mtu')).toBe('2000\n')
      // 1972 bytes and 28 of headers fill a frame; more would have to be cut.
      await cn1.ok('ping -c 2 -W 10 -s 1972 10.79.0.12')
      expect(await answers(host, '10.79.0.11')).toBe(true)
      await lab.bmcsim('link', 'cn2', 'down')
      await until('no carrier', async () => (await cn2.ok('cat /sys/class/net/eth0/carrier')) === '0\n')
      expect((await cn1.run('ping -c 1 -W 2 10.79.0.12')).code).not.toBe(0)
      await lab.bmcsim('link', 'cn2', 'up')
      const vms = qemuProcesses(env.BMCSIM_RUN_DIR)
      const link = async (...words: string[]): Promise<NicStatus[]> => {
        const { code, stdout, stderr } = await lab.bmcsim('link', '--json', ...words)
        expect([code, stderr]).toEqual([0, ''])
        return JSON.parse(stdout)
      }
      /**
       * From this machine to the first VM, three times; the fastest of them in milliseconds. One by one: of several, ping waits for the last
       * only as long as the first took.
       */
      const ping = async (...options: string[]) => {
        const times: number[] = []
        for (let i = 0; i < 3; i++) {
          const { stdout } = await onHost('ping', '-c', '1', '-W', '20', ...options, '10.79.0.11')
          const [, time] = / time=([\d.]+) ms/.exec(stdout) ?? []
          if (time !== undefined) times.push(Number(time))
        }
        return { answered: times.length, fastest: times.length === 0 ? Number.NaN : Math.min(...times) }
      }
      await until('an answer', async () => (await ping()).answered === 3)
      expect((await link('cn1'))[0].sent).toBeNull()
      expect(await link('cn1', 'delay=150ms')).toMatchObject([{ delayMs: 150, sent: { lost: 0 } }])
      const slow = await ping()
      expect(slow.answered).toBe(3)
      expect(slow.fastest).toBeGreaterThanOrEqual(300)
      // The guest asks who has an address, too.
      await cn1.ok('ip neigh flush dev eth0; ping -c 1 -W 10 10.79.0.12')
      await link('cn1', 'delay=0', 'loss=100%')
      expect((await ping('-W', '1')).answered).toBe(0)
      expect((await link('cn1'))[0].received?.lost).toBeGreaterThanOrEqual(1)
      // 1028 bytes and more at 64 kbit/s take 128 ms, each way.
      await link('cn1', 'loss=0', 'rate=64k')
      expect((await ping('-s', '1000')).fastest).toBeGreaterThanOrEqual(250)
      await link('cn1', 'rate=none')
      const isFast = async () => {
        const { answered, fastest } = await ping()
        return answered === 3 && fastest < 200
      }
      await until('a fast answer', isFast)
      expect((await link('cn1'))[0].received).toBeNull()

      const pcap = join(folder, 'cn1.pcap')
      const capture = start(process.execPath, [program, 'capture', 'cn1', pcap, '--state', state], { env })
      started.push(capture)
      await until('the file', () => (statSync(pcap, { throwIfNoEntry: false })?.size ?? 0) >= 24)
      expect((await ping()).answered).toBe(3)
      const dump = () => run('tcpdump', ['-n', '-r', pcap, 'icmp'])
      await until('six packets in the file', async () => (await dump()).stdout.split('ICMP echo').length > 6)
      expect(await capture.stop('SIGINT')).toBe(0)
      const dumped = await dump()
      for (const what of ['10.79.0.1 > 10.79.0.11: ICMP echo request', '10.79.0.11 > 10.79.0.1: ICMP echo reply']) {
        expect(dumped.stdout.split(what), what).toHaveLength(4)
      }

      await link('cn1', 'delay=120ms')
      const bridge = bridgeOf('lan')
      first.kill('SIGKILL')
      await first.ended()
      const second = await up(text)
      expect(second.output).toContain('adopted 2 VMs of the run before: cn1, cn2')
      expect(bridgeOf('lan')).toBe(bridge)
      expect((await link('cn1'))[0]).toMatchObject({ delayMs: 120, sent: { lost: 0 } })
      await until('a slow answer', async () => (await ping()).fastest >= 240)
      await link('cn1', 'delay=0')
      await until('a fast answer', isFast)
      expect(qemuProcesses(env.BMCSIM_RUN_DIR)).toEqual(vms)
      for (const address of ['10.79.0.11', '10.79.0.12']) {
        await until(`${address} to answer`, () => answers(host, address))
      }
    },
    900_000,
  )
})
