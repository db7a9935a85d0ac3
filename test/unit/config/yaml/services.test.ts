import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { LabConfig } from '../../../../src/config/config.ts'
import { configFile, configFolder, lab, problemsOf } from '../../../support/config-files.ts'

const USERS = 'defaults: { users: [{ name: admin, password: secret }] }\n'
/** The network is line 3, the first node line 5. */
const file = (network: string, nodes = '  cn1: { machine: { nics: [{ network: lan }] } }'): LabConfig =>
  lab(`${USERS}networks:\n  lan: ${network}\nnodes:\n${nodes}\n`)
const wrong = (network: string, nodes?: string) => problemsOf(() => file(network, nodes))
const servicesOf = (network: string) => file(network).networks[0].services
const dhcpOf = (network: string) => servicesOf(network)?.dhcp

configFile('vmlinuz', 'kernel')
configFile('initrd', 'initrd')
configFile('boot.ipxe', `#!ipxe\n# {name} {n} {mac} {address} \${net0/mac}\n`)
configFile('no.ipxe', 'kernel x\n')
mkdirSync(join(configFolder, 'tftp'), { recursive: true })
configFile('tftp/grub.efi', 'program')

describe('what a network offers', () => {
  it('is nothing unless the file says so', () => {
    expect(servicesOf('{ kind: segment }')).toBeUndefined()
    expect(servicesOf('{ kind: bridge, address: 10.0.0.1/24, dhcp: false }')).toBeUndefined()
  })

  it('is the upper half of its subnet for all that have no address of their own', () => {
    expect(servicesOf('{ kind: segment, address: 10.0.0.1/24, dhcp: true }')).toMatchObject({
      own: { address: '10.0.0.1', prefix: 24, httpPort: 80 },
      dhcp: { first: '10.0.0.128', last: '10.0.0.254', gateway: undefined, dns: [], leaseS: 3600 },
    })
    expect(dhcpOf('{ kind: segment, address: 10.0.0.254/24, dhcp: true }')).toMatchObject({ last: '10.0.0.253' })
    expect(dhcpOf('{ kind: isolated, address: 10.0.0.200/24, dhcp: {} }')).toMatchObject({
      first: '10.0.0.201',
      last: '10.0.0.254',
    })
    expect(dhcpOf('{ kind: segment, address: 10.0.0.1/30, dhcp: true }')).toMatchObject({
      first: '10.0.0.2',
      last: '10.0.0.2',
    })
  })

  it('is what the file says', () => {
    const dhcp =
      '{ range: 10.0.0.50-10.0.0.99, gateway: 10.0.0.254, dns: [10.0.0.53, 9.9.9.9], domain: lab.test, lease: 10m }'
    expect(dhcpOf(`{ kind: bridge, address: [fd00:9::1/64, 10.0.0.1/24], dhcp: ${dhcp} }`)).toMatchObject({
      first: '10.0.0.50',
      last: '10.0.0.99',
      gateway: '10.0.0.254',
      dns: ['10.0.0.53', '9.9.9.9'],
      domain: 'lab.test',
      leaseS: 600,
    })
    expect(servicesOf('{ kind: bridge, address: [fd00:9::1/64, 10.0.0.1/24], dhcp: { dns: self } }')).toMatchObject({
      announced: { address: 'fd00:9::1', prefix: 64 },
      dhcp: { dns: 'self' },
    })
  })

  it('leads out through this machine where that does NAT', () => {
    expect(dhcpOf('{ kind: bridge, address: 10.0.0.1/24, nat: true, dhcp: true }')?.gateway).toBe('10.0.0.1')
    expect(dhcpOf('{ kind: bridge, address: 10.0.0.1/24, dhcp: true }')?.gateway).toBeUndefined()
    const other = '{ kind: bridge, address: 10.0.0.1/24, nat: true, dhcp: { gateway: 10.0.0.9 } }'
    expect(dhcpOf(other)?.gateway).toBe('10.0.0.9')
  })

  const segment = (rest: string) => `{ kind: segment, address: 10.0.0.1/24, ${rest} }`
  it.each([
    [
      segment('dhcp: { range: 10.0.1.50-10.0.1.99 }'),
      ['10.0.1.50 is no address for a node in 10.0.0.0/24', '10.0.1.99 is no address'],
    ],
    [segment('dhcp: { range: 10.0.0.100-10.0.0.255 }'), ['10.0.0.255 is no address for a node']],
    [segment('dhcp: { range: 10.0.0.99-10.0.0.50 }'), ['10.0.0.99 is behind 10.0.0.50; write the lower one first']],
    [segment('dhcp: { range: 10.0.0.1-10.0.0.50 }'), ['10.0.0.1 is our own address on this network']],
    [
      segment('dhcp: { range: some }'),
      ['"some" is no range of addresses; write FIRST-LAST, like 10.0.0.128-10.0.0.254'],
    ],
    [segment('dhcp: { gateway: 10.1.0.1 }'), ['"10.1.0.1" is no address in 10.0.0.0/24']],
    [segment('dhcp: { dns: [me] }'), ['"me" is no address of a DNS server']],
    [segment('dhcp: { domain: "a b" }'), ['"a b" is no domain name']],
    [segment('dhcp: { lease: 1s }'), ['a lease lasts two minutes at least']],
    [segment('dhcp: { lease: x }'), ['lease must be a time']],
    [segment('dhcp: { rnge: x }'), ['unknown key "rnge"; did you mean "range"?']],
    [segment('boot: { kernal: x }'), ['unknown key "kernal"; did you mean "kernel"?']],
    [
      segment('boot: {}'),
      ['nothing says what is booted; write one of script, kernel, image, bios, uefi, http, folder'],
    ],
    [segment('boot: { kernel: vmlinuz, script: boot.ipxe }'), ['one thing is booted: script or kernel']],
    [segment('boot: { kernel: gone, initrd: [initrd, lost] }'), ['gone" cannot be read', 'lost" cannot be read']],
    [segment('boot: { script: no.ipxe }'), ['a script of iPXE begins with #!ipxe']],
    [segment('boot: { script: boot.ipxe, append: x }'), ['append goes with a kernel']],
    [segment('boot: { image: fedora }'), ['there is no kernel in "fedora"; write test-guest']],
    [segment('boot: { folder: vmlinuz }'), ['vmlinuz" is no folder']],
    [segment('boot: { uefi: grub.efi }'), ['in which folder is "grub.efi"? Write folder: PATH too, or a URL']],
    [segment('boot: { folder: tftp, uefi: ../vmlinuz }'), ['"../vmlinuz" is not in the folder']],
    [segment('boot: { folder: tftp, bios: gone }'), ['gone" cannot be read']],
    ['{ kind: segment, dhcp: true }', ['at which address of ours? Write it beside this, as in: address: 10.0.0.1/24']],
    ['{ kind: segment, address: 10.0.0.1/31, dhcp: true }', ['a subnet of /31 has no room for it']],
    ['{ kind: segment, address: 10.0.0.1/24 }', ['nothing of ours is on a segment without dhcp or boot']],
    ['{ kind: user, dhcp: true }', ['QEMU itself leases the addresses of a network of kind user']],
    ['{ kind: user, boot: { folder: tftp, kernel: vmlinuz } }', ['"folder" means nothing for a network of kind user']],
  ])('is not %s', (network, messages) => {
    const problems = wrong(network, '  cn1:')
    expect(problems.map((problem) => problem.replace(/^3:\d+\+\d+ /, ''))).toEqual(
      messages.map((message) => expect.stringContaining(message)),
    )
  })

  it('leases an address to one node', () => {
    const nodes = (...addresses: string[]) =>
      addresses
        .map((address, i) => `  cn${i + 1}: { address: ${address}, machine: { nics: [{ network: lan }] } }`)
        .join('\n')
    expect(wrong(segment('dhcp: true'), nodes('10.0.0.11', '10.0.0.12', '10.1.0.11'))).toEqual([])
    expect(wrong(segment('dhcp: true'), nodes('10.0.0.11', '10.0.0.11'))).toEqual([
      '6:3+3 cn1 has the address 10.0.0.11 on lan already; give cn2 another',
    ])
    expect(wrong(segment('dhcp: true'), nodes('10.0.0.1', '10.0.0.255'))).toEqual([
      '5:3+3 the address 10.0.0.1 of cn1 is our own on lan; give it another',
      '6:3+3 the address 10.0.0.255 of cn2 is no host on lan; give it another',
    ])
  })
})

describe('what a node boots from the network', () => {
  const nics = 'machine: { nics: [{ network: lan, mac: "52:54:00:00:00:0A" }, {}] }'
  const segment = (boot: string) => `{ kind: segment, address: 10.0.0.1/24, dhcp: true, boot: ${boot} }`
  const bootOf = (network: string, node: string) => file(network, `  cn[1-2]: ${node}`).nodes[1].boot

  it('is what the network says, with the node’s own filled in', () => {
    expect(
      bootOf(segment('{ script: boot.ipxe }'), `{ address: "10.0.0.1[1-2]", machine: { nics: [{ network: lan }] } }`),
    ).toEqual([
      {
        network: 'lan',
        mac: expect.stringMatching(/^52:54:00/),
        what: {
          kind: 'script',
          text: expect.stringMatching(/^#!ipxe\n# cn2 2 52:54:00:\S+ 10\.0\.0\.12 \$\{net0\/mac\}\n$/),
        },
      },
    ])
    expect(
      bootOf(
        segment('{ kernel: vmlinuz, initrd: initrd, append: "host={name}" }'),
        '{ machine: { nics: [{ network: lan }] } }',
      ),
    ).toMatchObject([
      {
        what: {
          kind: 'kernel',
          kernel: join(configFolder, 'vmlinuz'),
          initrds: [join(configFolder, 'initrd')],
          append: 'host=cn2',
        },
      },
    ])
  })

  it('is what the node says', () => {
    const one = (boot: string) =>
      file(segment('{ kernel: vmlinuz }'), `  cn1: { ${nics}, boot: ${boot} }`).nodes[0].boot
    expect(one('{ local: true }')).toEqual([{ network: 'lan', mac: '52:54:00:00:00:0a', what: { kind: 'local' } }])
    expect(one('{ image: test-guest, append: debug }')).toMatchObject([{ what: { kind: 'image', append: 'debug' } }])
    const onDhcpAlone = file(
      '{ kind: segment, address: 10.0.0.1/24, dhcp: true }',
      `  cn1: { ${nics}, boot: { kernel: vmlinuz } }`,
    )
    expect(onDhcpAlone.nodes[0].boot).toHaveLength(1)
    expect(file('{ kind: user }', `  cn1: { ${nics}, boot: { kernel: vmlinuz } }`).nodes[0].boot).toHaveLength(1)
  })

  it('says what is wrong', () => {
    expect(wrong('{ kind: segment }', `  cn1: { ${nics}, boot: { kernel: vmlinuz } }`)).toEqual([
      expect.stringContaining('cn1 has no NIC on a network that we serve; plug one into'),
    ])
    expect(wrong(segment('{ script: boot.ipxe }'), `  cn1: { ${nics} }`)).toEqual([
      '5:3+3 what cn1 boots from the network has {address} in it; write address: at the node',
    ])
    expect(wrong(segment('{ kernel: vmlinuz }'), `  cn1: { ${nics}, boot: {} }`)).toEqual([
      expect.stringContaining('nothing says what is booted; write one of script, kernel, image, local'),
    ])
  })
})

describe('how a machine boots', () => {
  configFile('disk.img', Buffer.alloc(1024))
  const machineOf = (machine: string, network = '{ kind: segment }', rest = '') =>
    lab(
      `${USERS}images: { f39: disk.img }\nnetworks: { lan: ${network} }\nnodes:\n  cn1: { machine: ${machine}${rest} }\n`,
    ).nodes[0].machine
  const served = '{ kind: segment, address: 10.0.0.1/24, dhcp: true, boot: { kernel: vmlinuz } }'

  it('is from its disk first where that has begun as an image and nothing is there to boot from the network', () => {
    const order = (...words: Parameters<typeof machineOf>) => Reflect.get(machineOf(...words), 'bootOrder')[0]
    expect(order('{ image: f39 }')).toBe('disk')
    expect(order('{ image: f39, nics: [{ network: lan }] }')).toBe('disk')
    expect(order('{ image: f39, nics: [{ network: lan }] }', served)).toBe('network')
    expect(order('{ image: f39, nics: [{ network: lan }] }', '{ kind: user }', ', boot: { kernel: vmlinuz }')).toBe(
      'network',
    )
    expect(order('{ disk: 1G }')).toBe('network')
    expect(order('{ disks: [x] }')).toBe('network')
    expect(machineOf('{ bootOrder: [cdrom] }')).toMatchObject({ bootOrder: ['cdrom', 'network', 'disk'] })
  })

  it('is by the iPXE of the card, or by UEFI itself', () => {
    expect(machineOf('{}')).toMatchObject({ netboot: 'ipxe' })
    expect(machineOf('{ firmware: uefi, netboot: http, nics: [{ model: virtio-net-pci }] }')).toMatchObject({
      netboot: 'http',
    })
    expect(problemsOf(() => machineOf('{ netboot: http, nics: [{}] }'))).toEqual([
      expect.stringContaining('netboot: http is what UEFI does by itself; write firmware: uefi too'),
      expect.stringContaining('netboot: http works with NICs of model: virtio-net-pci alone'),
    ])
  })
})
