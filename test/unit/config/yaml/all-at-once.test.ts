import { describe, expect, it } from 'vitest'
import { lab, problemsOf } from '../../../support/config-files.ts'

const users = 'users: [{ name: admin, password: password }]'
const nodes = (text: string, defaults = users) => `defaults: { ${defaults} }\nnodes:\n${text}`

/** Each with more than one mistake, of which none is one only because of another. */
const broken: readonly (readonly [what: string, text: string, problems: readonly string[]])[] = [
  [
    'a value of the wrong shape, and others beside it',
    nodes(
      '  a: { bmc: { address: 300.1.1.1, port: 99999 }, machine: { memory: 12Q, nics: [{ mac: 52:54:00:zz:00:01 }] } }',
    ),
    [
      '3:24+9 "300.1.1.1" is no host name or address; write one like 127.10.0.1 or ::1',
      '3:41+5 port must be a number from 0 to 65535, or auto',
      '3:69+3 memory must be an amount like 64M or 2G',
      '3:88+17 "52:54:00:zz:00:01" is no MAC address; write one like 52:54:00:12:34:56',
    ],
  ],
  [
    'a mistake in the defaults, and others in the nodes',
    nodes(
      '  a: { machine: { memory: 1X } }\n  b: { machine: { append: x } }',
      'users: [{ name: admin, password: "123456789012345678901", privilege: admn }], bmc: { prt: 1 }',
    ),
    [
      '1:46+23 password has 21 bytes; IPMI has room for 20',
      '1:82+4 privilege "admn" is not one of callback, user, operator, admin; did you mean "admin"?',
      '1:98+3 unknown key "prt"; did you mean "port"?',
      '3:27+2 memory must be an amount like 64M or 2G',
      '4:27+1 append goes with a kernel; write kernel: PATH, or remove it',
    ],
  ],
  [
    'a misspelled key, whose absence is no mistake of its own',
    nodes('  a: { usres: [], ready: { shh: 22, tcp: 80 }, bmc: { network: alias, interfce: br0 } }', ''),
    [
      '3:8+5 unknown key "usres"; did you mean "users"?',
      '3:28+3 unknown key "shh"; did you mean "ssh"?',
      '3:71+8 unknown key "interfce"; did you mean "interface"?',
    ],
  ],
  [
    'users, a missing name among them',
    nodes('  a: { users: [{ password: x }], machine: { kernel: a, kind: simulated } }', ''),
    ['3:16+15 "name" is missing', '3:53+1 "kernel" means nothing for a machine of kind simulated; remove it'],
  ],
  [
    'keys that are there twice, a second document, and keys that belong elsewhere',
    `${nodes('  a: {}\n  a: { memory: 2G, guid: x, bmc: { port: 1, port: 2 } }\n  b: { <<: {} }\nnodes: {}')}\n---\n`,
    [
      '4:3+1 this key is here already',
      '4:8+6 unknown key "memory"; it goes under machine',
      '4:20+4 unknown key "guid"; it goes under bmc',
      '4:45+4 this key is here already',
      '5:8+2 unknown key "<<"; YAML 1.2 has no merge keys',
      '6:1+5 this key is here already',
      '7:1+3 a second document begins here',
    ],
  ],
  [
    'names that would be no folder and no host',
    nodes(`  "..": {}\n  -x: {}\n  .a[1-2]: {}\n  ${'x'.repeat(64)}: { machin: qemu }`),
    [
      '3:3+4 a node name begins with a letter, a digit or an underscore',
      '4:3+2 a node name begins',
      '5:3+7 a node name begins',
      '6:3+64 a node name has up to 63 characters, and this has 64',
      '6:71+6 unknown key "machin"; did you mean "machine"?',
    ],
  ],
  [
    'one network, and a BMC on it',
    `networks: { lan: { kind: segment, mtu: 9, nat: true, address: 5, dhcp: true } }\n${nodes('  a: { bmc: { network: namespace, address: dhcp, interface: lan } }')}`,
    [
      '1:40+1 mtu must be at least 68',
      '1:48+4 "nat" means nothing for a network of kind segment; remove it',
      '1:63+1 address must be text, or a list of texts',
      '4:61+3 lan is a network of kind segment, which is no interface',
    ],
  ],
  [
    'names, sets and addresses',
    nodes('  a[1-3]: { bmc: { address: "127.0.0.[1-2]" } }\n  a2: { machine: { memory: 1X } }\n  b[1-: {}\n  c d: {}'),
    [
      '3:29+15 "127.0.0.[1-2]" gives 2 values for 3 nodes; give one for each',
      '4:3+2 node a2 is there already; rename one of the two',
      '4:28+2 memory must be an amount like 64M or 2G',
      '5:4+3 this [ is never closed; write ] after the range',
      '6:4+1 a node name has letters, digits, dots, dashes and underscores only',
    ],
  ],
  [
    'networks, pools and personalities, also of defaults that nobody takes',
    `networks: { lan: segmnt }\npools: { v: { range: 5-3, adress: x } }\n${nodes('  a: { personality: ilo, machine: { nics: [{ network: lna }] } }', `${users}, personality: openbm`)}`,
    [
      '1:18+6 kind "segmnt" is not one of',
      '2:27+6 unknown key "adress"; did you mean "address"?',
      '3:72+6 there is no personality "openbm"; did you mean "openbmc"? A folder of your own',
      '5:21+3 there is no personality "ilo"; did you mean "ilo-like"? A folder of your own',
      '5:55+3 there is no network "lna"',
    ],
  ],
]

describe('everything that is wrong with a lab file is said at once', () => {
  it.each(broken)('%s', (_, text, problems) => {
    const found = problemsOf(() => lab(text))
    expect(found.map((line, i) => line.slice(0, problems[i]?.length))).toEqual(problems)
  })
})
