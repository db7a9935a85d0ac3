import { describe, expect, it } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { configFile, configFolder, lab, problemsOf, thrownBy } from '../../../support/config-files.ts'

const USERS = 'defaults:\n  users: [{ name: admin, password: secret }]\n'
/** A lab of one entry below `nodes`; its first line is line 4. */
const nodes = (text: string) => lab(`${USERS}nodes:\n${text}\n`)
const wrong = (text: string) => problemsOf(() => nodes(text))

describe('a lab file', () => {
  it('says little for a node that is as usual', () => {
    const { file, nodes: found } = nodes('  cn1:')
    expect(file).toBe(`${configFolder}/lab.yaml`)
    expect(found).toMatchObject([
      {
        name: 'cn1',
        at: { line: 4, column: 3, length: 3 },
        cwd: configFolder,
        identity: { guid: undefined },
        channels: [{ number: 1, addresses: [{ host: '127.0.0.1', port: 'auto' }], allowCipherSuite0: false }],
        users: [{ id: 2, enabled: true, privilege: 'admin' }],
        machine: {
          kind: 'qemu',
          orSimulated: true,
          startNow: false,
          program: 'qemu-system-x86_64',
          machine: 'pc',
          accelerator: 'auto',
          memoryMiB: 32,
          cpus: 1,
          disks: [],
          extraArguments: [],
          poweroffWaitS: 60,
          killWaitS: 20,
        },
        vmLink: undefined,
        sol: undefined,
        emulator: [],
      },
    ])
    const [{ machine }] = found
    expect(machine.kind === 'qemu' && machine.nics).toMatchObject([{ model: 'e1000', plug: { kind: 'user' } }])
  })

  it('expands node sets, and addresses in step with them', () => {
    configFile('vmlinuz', 'kernel')
    const { nodes: found } = nodes(
      '  cn[08-10]:\n    bmc: { address: "127.10.0.[1-3]", port: 6230 }\n    console: telnet:[::1]:91[01-03]\n    machine: { disks: ["{name}.img"], append: "n={n}", kernel: vmlinuz }',
    )
    expect(found.map(({ name }) => name)).toEqual(['cn08', 'cn09', 'cn10'])
    expect(found.map(({ channels }) => channels[0].addresses[0].host)).toEqual([
      '127.10.0.1',
      '127.10.0.2',
      '127.10.0.3',
    ])
    expect(found[2].sol?.device).toEqual({ kind: 'telnet', host: '::1', port: 9103 })
    expect(found[1].machine).toMatchObject({
      disks: [`${configFolder}/cn09.img`],
      append: 'n=2',
      kernel: `${configFolder}/vmlinuz`,
    })
  })

  it('gives each node a MAC of its own, the same at every start', () => {
    const macs = () =>
      nodes('  cn[1-3]: { machine: { nics: [{}, user] } }').nodes.flatMap(({ machine }) =>
        machine.kind === 'qemu' ? machine.nics.map(({ mac }) => mac) : [],
      )
    expect(new Set(macs()).size).toBe(6)
    expect(macs()).toEqual(macs())
    for (const mac of macs()) expect(mac).toMatch(/^52:54:00(:[0-9a-f]{2}){3}$/)
  })

  it('reads an image, the firmware and the IPMI device', () => {
    const [plain, guest] = nodes(
      '  a:\n  b:\n    machine: { image: test-guest, append: quiet, ipmi: pci-bt, firmware: uefi }',
    ).nodes
    expect(plain.machine).toMatchObject({ image: undefined, ipmi: 'kcs', firmware: 'bios', memoryMiB: 32 })
    expect(guest.machine).toMatchObject({
      image: { name: 'test-guest', at: { line: 6 } },
      append: 'quiet',
      ipmi: 'pci-bt',
      firmware: 'uefi',
    })
    const memory = (machine: string) => {
      const [{ machine: found }] = nodes(`  a: { machine: { ${machine} } }`).nodes
      return found.kind === 'qemu' ? found.memoryMiB : 0
    }
    expect(memory('image: test-guest')).toBe(128)
    expect(memory('image: test-guest, memory: 256M')).toBe(256)
  })

  it('refuses what does not go together', () => {
    for (const file of ['k', 'i']) configFile(file, file)
    expect(wrong('  a: { machine: { image: test-guest, kernel: k } }')).toEqual([
      expect.stringContaining('4:46+1 the image test-guest brings its own kernel; remove one of the two'),
    ])
    expect(wrong('  a: { machine: { image: test-gest } }')[0]).toContain('test-guest')
    expect(wrong('  a: { machine: { ipmi: ssif } }')[0]).toContain('smbus')
    expect(wrong('  a: { machine: { kind: simulated, ipmi: bt } }')).toEqual([
      expect.stringContaining('"ipmi" means nothing for a machine of kind simulated; remove it'),
    ])
  })

  it('puts an address onto an interface', () => {
    const [first, second] = nodes(
      '  cn[1-2]: { bmc: { address: "10.0.0.[5-6]", network: alias, interface: br0, prefixLength: 16 } }',
    ).nodes
    expect(first.channels[0].alias).toEqual({ interface: 'br0', prefixLength: 16 })
    expect(second.channels[0]).toMatchObject({ addresses: [{ host: '10.0.0.6' }], alias: { interface: 'br0' } })
    const [plain] = nodes('  cn1: { bmc: { address: 10.0.0.5, network: host } }').nodes
    expect(plain.channels[0].alias).toBeUndefined()
  })

  it('gives a BMC a network card of its own', () => {
    const [first, second] = nodes(
      '  cn1: { bmc: { address: dhcp, port: 623, network: namespace, interface: br0 } }\n  cn2: { bmc: { address: dhcp, port: 623, network: namespace, interface: br0, prefixLength: 16 } }',
    ).nodes
    expect(first.channels[0]).toMatchObject({
      addresses: [{ host: '0.0.0.0', port: 623 }],
      alias: undefined,
      namespace: { bridge: 'br0', prefixLength: 24, dhcp: true },
    })
    expect(second.channels[0].namespace).toEqual({ bridge: 'br0', prefixLength: 16, dhcp: true })
    const [fixed] = nodes('  cn1: { bmc: { address: 10.0.0.5, network: namespace, interface: br0 } }').nodes
    expect(fixed.channels[0]).toMatchObject({ addresses: [{ host: '10.0.0.5' }], namespace: { dhcp: false } })
  })

  it('reads where Redfish is found, and a place in a cabinet in step with the names', () => {
    const { nodes: found } = nodes('  cn[1-2]: { xname: "x1000c0s[7-8]b0n0", bmc: { redfish: { ssdp: true } } }')
    expect(found).toMatchObject([
      { xname: 'x1000c0s7b0n0', redfish: { ssdp: true } },
      { xname: 'x1000c0s8b0n0', redfish: { ssdp: true } },
    ])
    expect(wrong('  cn1: { xname: x1000c0s7b0 }')[0]).toContain('is no xname of a node')
  })

  it('gives the guest its own way to Redfish where the VM is ours', () => {
    const redfish = 'bmc: { redfish: { hostInterface: true } }'
    expect(nodes(`  cn1: { ${redfish} }`).nodes).toMatchObject([{ redfish: { hostInterface: true } }])
    for (const [kind, more] of [
      ['simulated', ''],
      ['command', ', startCommand: ./vm'],
    ]) {
      expect(wrong(`  cn1: { ${redfish}, machine: { kind: ${kind}${more} } }`)).toEqual([
        `4:43+4 a ${kind} machine has no network card of ours; write machine: qemu, or leave hostInterface out`,
      ])
    }
  })

  it('reads every key', () => {
    for (const file of ['k', 'i']) configFile(file, file)
    const [node] = nodes(`  n1:
    bmc: { address: "[::1]", port: 0, guid: 00112233-4455-6677-8899-aabbccddeeff, mac: "02:00:5e:AA:bb:01", kg: "0x0102", cipherSuite0: true, pefAlerting: false, trapPort: 16162, authTypes: [md5, none], privilegeLimit: operator, lanConfigProgram: "./lc br0" }
    users:
      - { name: a, password: b, id: 2, privilege: user, enabled: false, maxSessions: 3 }
      - { name: c, password: d }
      - { name: "", password: e, id: 1 }
    console: { device: "pty:run/n1", baud: 9600, historyKiB: 8 }
    machine: { kind: qemu, start: now, program: ./q, machine: q35, accel: tcg, memory: 1G, cpus: 2, disks: [/d.qcow2, "nbd://h/x"], cdrom: c.iso, nics: [{ model: virtio-net-pci, mac: "52:54:00:AA:bb:cc", netdev: "socket,mcast=230.0.0.1:1234" }], kernel: k, initrd: i, append: "a b", arguments: [-s], poweroffWait: 1, killWait: 0 }`).nodes
    expect(hex(node.identity.guid ?? new Uint8Array(), '')).toBe('33221100554477668899aabbccddeeff')
    expect(hex(node.channels[0].kg ?? new Uint8Array(), '')).toBe(`0102${'00'.repeat(18)}`)
    expect(node.channels[0]).toMatchObject({
      addresses: [{ host: '::1', port: 0 }],
      mac: Uint8Array.of(2, 0, 0x5e, 0xaa, 0xbb, 1),
      privilegeLimit: 'operator',
      authTypes: { callback: ['md5', 'none'], admin: ['md5', 'none'] },
      allowCipherSuite0: true,
      pefAlerting: false,
      trapPort: 16162,
      lanConfigProgram: './lc br0',
    })
    expect(node.users.map(({ id, enabled, maxSessions }) => [id, enabled, maxSessions])).toEqual([
      [2, false, 3],
      [3, true, 0],
      [1, true, 0],
    ])
    expect(node.sol).toMatchObject({
      baud: 9600,
      historyKiB: 8,
      device: { kind: 'pty', link: `${configFolder}/run/n1` },
    })
    expect(node.machine).toMatchObject({
      kind: 'qemu',
      orSimulated: false,
      startNow: true,
      program: `${configFolder}/q`,
      machine: 'q35',
      accelerator: 'tcg',
      memoryMiB: 1024,
      cpus: 2,
      disks: ['/d.qcow2', 'nbd://h/x'],
      cdrom: `${configFolder}/c.iso`,
      nics: [
        {
          model: 'virtio-net-pci',
          mac: '52:54:00:aa:bb:cc',
          plug: { kind: 'netdev', netdev: 'socket,mcast=230.0.0.1:1234' },
        },
      ],
      initrd: `${configFolder}/i`,
      extraArguments: ['-s'],
      poweroffWaitS: 1,
      killWaitS: 0,
    })
  })

  it('a machine may be a command with a link, or simulated', () => {
    const { nodes: found } = nodes(
      '  a[1-2]: { machine: { kind: command, startCommand: "./{name}.sh", link: "localhost:91[1-2]2" } }\n  b: { machine: simulated }',
    )
    expect(found[1].machine).toMatchObject({ kind: 'command', startCommand: './a2.sh', chassisControl: undefined })
    expect(found[1].vmLink).toMatchObject({ channel: 15, host: 'localhost', port: 9122 })
    expect(found[2].machine).toMatchObject({ kind: 'simulated', startNow: false })
  })

  it('merges defaults: keys of the BMC and of the same kind of machine, users as a whole', () => {
    const { nodes: found } = lab(`
defaults:
  users: [{ name: a, password: b }, { name: c, password: d }]
  bmc: { port: 6230, cipherSuite0: true }
  machine: { memory: 64M, start: now }
nodes:
  n1: { bmc: { address: 127.0.0.2 }, users: [{ name: x, password: y }] }
  n2: { bmc: { address: 127.0.0.3 }, machine: { cpus: 2 } }
  n3: { bmc: { address: 127.0.0.4 }, machine: simulated }
`)
    expect(found.map(({ users }) => users.length)).toEqual([1, 2, 2])
    expect(found[0].channels[0]).toMatchObject({
      allowCipherSuite0: true,
      pefAlerting: true,
      trapPort: 162,
      addresses: [{ host: '127.0.0.2', port: 6230 }],
    })
    expect(found[1].machine).toMatchObject({ memoryMiB: 64, cpus: 2, startNow: true })
    expect(found[2].machine).toMatchObject({ kind: 'simulated', startNow: true })
  })

  it('names are what is written, not numbers', () => {
    expect(nodes('  007:\n  "0x10":').nodes.map(({ name }) => name)).toEqual(['007', '0x10'])
  })
})

it('reads passwords from files, and where the key is', () => {
  configFile('pw', 'from a file\nnot this\n')
  const read = lab(`keyFile: keys/lab
nodes:
  n1: { users: [{ name: a, passwordFile: pw }], bmc: { address: 127.0.0.2 } }
`)
  expect(read.nodes[0].users[0].password).toEqual(Uint8Array.from(Buffer.from('from a file')))
  expect(read.keyFile).toBe(`${configFolder}/keys/lab`)
  expect(lab('keyFile: none\nnodes:\n  n1: { users: [{ name: a, password: b }] }').keyFile).toBe('none')
  expect(problemsOf(() => lab('keyFile: [1]\nnodes:\n  n1: { users: [{ name: a, password: b }] }'))).toEqual([
    '1:10+3 keyFile is the path of a file, or none',
  ])
})

describe('what is wrong', () => {
  it.each([
    ['  n: { bmc: { prot: 1 } }', '4:15+4 unknown key "prot"; did you mean "port"?'],
    [
      '  n: { bmc: { address: 10.0.0.5, network: alias } }',
      '4:43+5 which interface gets the address? Write one, as in: interface: br0',
    ],
    ['  n: { bmc: { interface: br0 } }', '4:26+3 interface goes with network: alias or namespace; write that too'],
    [
      '  n: { bmc: { network: alias, interface: br0 } }',
      '4:24+5 network: alias wants an IPv4 address for its interface, like 10.0.0.5',
    ],
    [
      '  n: { bmc: { address: 10.0.0.5, network: alias, interface: -br0 } }',
      '4:61+4 "-br0" is no name of an interface',
    ],
    [
      '  n: { bmc: { address: 10.0.0.5, network: alias, interface: br0, lanConfigProgram: ./x } }',
      '4:43+5 either network: alias or a lanConfigProgram sets the address; remove one',
    ],
    [
      '  n: { bmc: { address: dhcp } }',
      '4:24+4 address: dhcp needs a network card of its own; write network: namespace too',
    ],
    [
      '  n: { bmc: { address: 10.0.0.5, network: namespace } }',
      '4:43+9 which bridge is the BMC connected to? Write one, as in: interface: br0',
    ],
    [
      '  n: { bmc: { address: 127.0.0.5, network: namespace, interface: br0 } }',
      '4:24+9 network: namespace wants an IPv4 address like 10.0.0.5, or dhcp',
    ],
    ['  n: { machin: auto }', '4:8+6 unknown key "machin"; did you mean "machine"?'],
    ['  n: { bmc: { port: x } }', '4:21+1 port must be a number from 0 to 65535, or auto'],
    ['  n: { bmc: 5 }', '4:13+1 bmc must be a group of keys'],
    ['  n: [1]', '4:6+3 this must be a group of keys'],
    ['  n: { users: {} }', '4:15+2 users must be a list'],
    ['  n: { users: [{ name: a }] }', '4:16+11 "password" is missing'],
    [
      '  n: { users: [{ name: a, passwordFile: gone }] }',
      '4:41+4 "gone" cannot be read: there is no such file; check the path',
    ],
    [
      '  n: { users: [{ name: a, password: p, passwordFile: f }] }',
      '4:54+1 password stands there too; write one of the two',
    ],
    ['  n: { users: [{ name: a, password: 1234 }] }', '4:37+4 password must be text; put it in quotes'],
    [
      '  n: { users: [{ name: a, password: b, privilege: admn }] }',
      '4:51+4 privilege "admn" is not one of callback, user, operator, admin; did you mean "admin"?',
    ],
    ['  n: { users: [{ name: a, password: b, id: 64 }] }', '4:44+2 id must be at most 63'],
    ['  n: { users: [{ name: a-seventeen-bytes, password: b }] }', '4:24+17 name has 17 bytes; IPMI has room for 16'],
    [
      '  n: { users: [{ name: a, password: b }, { name: a, password: c }] }',
      '4:50+1 user "a" is there already; remove one of the two',
    ],
    [
      '  n: { users: [] }',
      '4:15+2 nobody could log in; write users: [{ name: admin, password: ... }] here or under defaults',
    ],
    [
      '  n: { machine: simulatd }',
      '4:17+8 kind "simulatd" is not one of auto, qemu, simulated, command; did you mean "simulated"?',
    ],
    ['  n: { machine: { memory: 64X } }', '4:27+3 memory must be an amount like 64M or 2G'],
    [
      '  n: { machine: { kind: simulated, memory: 64M } }',
      '4:44+3 "memory" means nothing for a machine of kind simulated; remove it',
    ],
    [
      '  n: { machine: { kind: command } }',
      '4:17+17 nothing says how to power this machine; write startCommand, chassisControl or link',
    ],
    ['  n: { machine: { append: x } }', '4:27+1 append goes with a kernel; write kernel: PATH, or remove it'],
    ['  n: { machine: { nics: [{ mac: zz }] } }', '4:33+2 "zz" is no MAC address; write one like 52:54:00:12:34:56'],
    ['  n: { machine: { nics: [{ bridge: br/0 }] } }', '4:36+4 "br/0" is no name of an interface'],
    [
      '  n: { machine: { nics: [{ bridge: br0, netdev: user }] } }',
      '4:49+4 a NIC has one plug: bridge or netdev; remove one of the two',
    ],
    ['  n: { bmc: { guid: 12 } }', '4:21+2 guid must be text; put it in quotes'],
    [
      '  n: { bmc: { guid: "12" } }',
      '4:21+4 "12" is no UUID; write one like 00112233-4455-6677-8899-aabbccddeeff, or leave guid out',
    ],
    ['  n: { bmc: { address: "a b" } }', '4:24+5 "a b" is no host name or address; write one like 127.10.0.1 or ::1'],
    [
      '  n[1-3]: { bmc: { address: "127.0.0.[1-2]" } }',
      '4:29+15 "127.0.0.[1-2]" gives 2 values for 3 nodes; give one for each',
    ],
    [
      '  n: { bmc: { address: 127.0.0.[1-2] } }',
      '4:32+1 not valid YAML: Unexpected flow-seq-start at node end; between { } or [ ] a value with brackets needs quotes, like "127.10.0.[1-3]"',
    ],
    ['  n[1-: {}', '4:4+3 this [ is never closed; write ] after the range'],
    ['  "n[3-1]": {}', '4:6+3 the last number is smaller than the first; swap them'],
    ['  n[1-2]: {}\n  n2: {}', '5:3+2 node n2 is there already; rename one of the two'],
    ['  n: {}\n  n: {}', '5:3+1 this key is here already; remove one of the two, or rename it'],
    [
      '  n[1-2]: { bmc: { port: 6230 } }',
      '4:3+6 127.0.0.1 port 6230 is the BMC of n1 already; give each node an address or a port of its own',
    ],
    [
      '  n[1-2]: { bmc: { guid: 00112233-4455-6677-8899-aabbccddeeff } }',
      '4:3+6 n2 has the same guid as n1; leave guid out, and each node gets its own',
    ],
    ['  n[1-2]: { xname: x1000c0s0b0n0 }', '4:20+13 x1000c0s0b0n0 is the xname of n1 already; give n2 one of its own'],
    [
      '  a: { xname: x1000c0s0b0n0 }\n  b: { xname: "x1000c00s0b0n0" }',
      '5:15+16 x1000c00s0b0n0 is the xname of a already; give b one of its own',
    ],
    [
      '  n: { console: ttyS0 }',
      '4:17+5 device "ttyS0" is neither telnet:HOST:PORT nor tcp:HOST:PORT nor the path of a tty; write for example /dev/ttyS0',
    ],
  ])('%s', (text, problem) => {
    expect(wrong(text)).toEqual([problem])
  })

  it('all of it at once, and a default that is wrong for all nodes only once', () => {
    const found = problemsOf(() =>
      lab(
        'defaults:\n  users: [{ name: a, password: "123456789012345678901" }]\nnodes:\n  n[1-9]:\n  m: { x: 1 }\nnode: 1\n',
      ),
    )
    expect(found).toEqual([
      '2:32+23 password has 21 bytes; IPMI has room for 20',
      '5:8+1 unknown key "x"; known here: personality, bmc, users, machine, console, address, xname, ready, boot',
      '6:1+4 unknown key "node"; did you mean "nodes"?',
    ])
  })

  it.each([
    ['', 'a lab file starts with nodes:'],
    ['- a', 'a lab file starts with nodes:'],
    ['defaults: {}', 'there are no nodes'],
    ['nodes:', 'there are no nodes'],
    ['nodes: { a: *b }', 'Unresolved alias'],
    ['a: [\n b: c: d\n', 'not valid YAML'],
    ['nodes: { ? [a] : {} }', 'a node name must be text'],
  ])('%j', (text, problem) => {
    expect(problemsOf(() => lab(text)).join('\n')).toContain(problem)
  })

  it('aliases may repeat, not multiply', () => {
    expect(
      lab(
        'x: &u [{ name: a, password: b }]'.replace('x', 'defaults: { users').concat(' }\nnodes: { n: { users: *u } }'),
      ).nodes,
    ).toHaveLength(1)
  })

  it('shows no password, also where the file is not YAML', () => {
    for (const text of [
      'nodes:\n  n: { users: [{ name: a, password: hunter2, x: 1 }], bmc: { kg: "hunter2", y: 1 } }\n',
      'nodes:\n  n: { users: [{ name: a, password: "hunter2" } }\n',
      'nodes:\n  n:\n    users:\n      - name: 5\n        password: >-\n          hunter2\n',
    ]) {
      const error = thrownBy(() => lab(text))
      expect(error?.problems.length).toBeGreaterThan(0)
      expect([...(error?.texts.values() ?? [])].join()).not.toContain('hunter2')
    }
  })

  it('a missing file is one plain problem', () => {
    configFile('is.yaml', '')
    expect(problemsOf(() => lab('\0'))[0]).toContain('not a text file')
  })
})
