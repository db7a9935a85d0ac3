import { describe, expect, it } from 'vitest'
import type { CloudInitConfig } from '../../../../src/config/config.ts'
import { configFile, lab, problemsOf, thrownBy } from '../../../support/config-files.ts'

const USERS = 'users: [{ name: admin, password: secret }]'
/** The first node is in line 3. */
const text = (nodes: string, defaults = '') =>
  `defaults: { ${USERS}${defaults && `, machine: ${defaults}`} }\nnodes:\n${nodes}\n`
const read = (nodes: string, defaults?: string): (CloudInitConfig | undefined)[] =>
  lab(text(nodes, defaults)).nodes.map(({ machine }) => (machine.kind === 'qemu' ? machine.cloudInit : undefined))
const wrong = (nodes: string, defaults?: string) => problemsOf(() => lab(text(nodes, defaults)))

describe('cloudInit', () => {
  it('is nothing where nothing is said, and little where it is true', () => {
    const plain = { userData: {}, metaData: {}, networkConfig: undefined, sshKey: true }
    expect(read('  a:')).toEqual([undefined])
    expect(read('  a: { machine: { cloudInit: true } }')).toMatchObject([plain])
    expect(read('  a:\n    machine:\n      cloudInit:\n')).toMatchObject([plain])
    expect(read('  a: { machine: { cloudInit: { sshKey: false } } }')).toMatchObject([{ sshKey: false }])
  })

  it('has what is each node’s own, in maps however deep', () => {
    const nodes = `  cn[01-02]:
    machine:
      nics: [{ mac: "52:54:00:00:00:0[1-2]" }]
      cloudInit:
        address: 10.0.0.[11-12]/24
        userData: { write_files: [{ path: /etc/me, content: "{name} is {n}" }], runcmd: ["echo \${name} {{ name }} {other}"] }
        metaData: { local-hostname: "{name}.lab" }
        networkConfig: { version: 2, ethernets: { e: { match: { macaddress: "{mac}" }, addresses: ["{address}"] } } }`
    const [, two] = read(nodes)
    expect(two).toMatchObject({
      userData: {
        write_files: [{ path: '/etc/me', content: 'cn02 is 2' }],
        runcmd: [`echo \${name} {{ name }} {other}`],
      },
      metaData: { 'local-hostname': 'cn02.lab' },
    })
    expect(two?.networkConfig).toBe(
      'version: 2\nethernets:\n  e:\n    match:\n      macaddress: 52:54:00:00:00:02\n    addresses:\n      - 10.0.0.12/24\n',
    )
  })

  it('takes files, which stay as they are but for that', () => {
    configFile('user.yaml', '#cloud-config\n# for {name}\nhostname: {name}\n')
    configFile('cn2.meta', 'instance-id: second-{n}\n')
    configFile('net.yaml', 'version: 1 # {mac}\n')
    const [, two] = read(
      '  cn[1-2]: { machine: { nics: [{ mac: "52:54:00:00:00:0[1-2]" }], cloudInit: { userData: user.yaml, networkConfig: net.yaml } } }\n  x: { machine: { cloudInit: { metaData: cn2.meta } } }',
    )
    expect(two).toMatchObject({
      userData: '#cloud-config\n# for cn2\nhostname: cn2\n',
      networkConfig: 'version: 1 # 52:54:00:00:00:02\n',
    })
    expect(read('  a: { machine: { cloudInit: { metaData: cn2.meta } } }')).toMatchObject([
      { metaData: { 'instance-id': 'second-1' } },
    ])
  })

  it('knows the address of the node', () => {
    const machine = 'machine: { cloudInit: { metaData: { at: "{address}" } } }'
    expect(read(`  a: { address: 10.0.0.7, ${machine} }`)).toMatchObject([{ metaData: { at: '10.0.0.7' } }])
  })

  it('takes a text of several lines as the content itself', () => {
    const nodes =
      '  a:\n    machine:\n      cloudInit:\n        userData: |\n          #!/bin/sh\n          hostname {name}'
    expect(read(nodes)).toMatchObject([{ userData: '#!/bin/sh\nhostname a\n' }])
  })

  it('goes key by key over the defaults, and may be switched off', () => {
    const found = read(
      '  a:\n  b: { machine: { cloudInit: { metaData: { x: y } } } }\n  c: { machine: { cloudInit: false } }\n  d: { machine: simulated }',
      '{ cloudInit: { userData: { timezone: UTC }, sshKey: false } }',
    )
    expect(found).toMatchObject([
      { userData: { timezone: 'UTC' }, sshKey: false },
      { userData: { timezone: 'UTC' }, metaData: { x: 'y' }, sshKey: false },
      undefined,
      undefined,
    ])
  })

  it('says what is wrong, and where', () => {
    expect(wrong('  a: { machine: { cloudInit: { userDate: x } } }')).toEqual([
      '3:32+8 unknown key "userDate"; did you mean "userData"?',
    ])
    expect(wrong('  a: { machine: { cloudInit: { userData: [x] } } }')[0]).toContain(
      'the path of a file, or the content',
    )
    expect(wrong('  a: { machine: { cloudInit: { userData: gone.yaml } } }')).toEqual([
      '3:42+9 "gone.yaml" cannot be read: there is no such file; check the path',
    ])
    expect(wrong('  a: { machine: { cloudInit: { userData: { x: "{address}" } } } }')[0]).toContain(
      'there is no {address}; write it beside',
    )
    expect(wrong('  a: { machine: { nics: [], cloudInit: { metaData: { x: "{mac}" } } } }')[0]).toContain(
      'the node has no NIC',
    )
    expect(wrong('  a: { machine: { cloudInit: { userData: { hostname: {name} } } } }')).toEqual([
      '3:42+20 {name} is a map to YAML; put it in quotes: "{name}"',
    ])
    configFile('odd.yaml', 'hostname: x\n')
    expect(wrong('  a: { machine: { cloudInit: { userData: odd.yaml } } }')[0]).toContain('begin it with #cloud-config')
    expect(wrong('  a: { machine: { cloudInit: { metaData: "a: [\\n" } } }')[0]).toContain('metaData is not valid YAML')
    expect(wrong('  a: { machine: { cloudInit: { metaData: "- a\\n" } } }')[0]).toContain('must be keys and values')
    expect(wrong('  a[1-2]: { machine: { cloudInit: { address: "10.0.0.[1-3]" } } }')[0]).toContain(
      '3 values for 2 nodes',
    )
    expect(wrong('  a: { machine: { kind: simulated, cloudInit: true } }')[0]).toContain('"cloudInit" means nothing')
  })

  it('may be served over HTTP as well, or only', () => {
    const read = (seeds: string) => lab(`seeds: ${seeds}\n${text('  a: { machine: { cloudInit: { disk: false } } }')}`)
    expect(read('127.0.0.1:8080')).toMatchObject({
      seeds: { host: '127.0.0.1', port: 8080, at: { line: 1, column: 8 } },
    })
    expect(read('127.0.0.1:8080').nodes[0].machine).toMatchObject({ cloudInit: { disk: false } })
    expect(lab(text('  a:')).seeds).toBeUndefined()
    expect(problemsOf(() => read('8080'))).toEqual([
      '1:8+4 seeds: the address is missing; write HOST:PORT, like 127.0.0.1:8080',
    ])
    expect(problemsOf(() => read('localhost'))[0]).toContain('the port is missing')
  })

  it('never shows a password', () => {
    const error = thrownBy(() =>
      lab(
        text('  a: { machine: { cloudInit: { userData: { users: [{ plain_text_passwd: hidden }] }, userDate: x } } }'),
      ),
    )
    expect([...(error?.texts.values() ?? [])].join()).not.toContain('hidden')
  })
})
