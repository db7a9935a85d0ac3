import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Problems } from '../../../../src/config/problems.ts'
import { ConfigError } from '../../../../src/config/source.ts'
import { readAssignments } from '../../../../src/config/sushy/python-values.ts'
import { readSushyConfig } from '../../../../src/config/sushy/sushy-config.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

function values(text: string) {
  const problems = new Problems()
  const found = readAssignments('emulator.conf', text, problems)
  problems.check()
  return Object.fromEntries(found.map(({ name, value }) => [name, value]))
}

function problems(read: () => unknown): string[] {
  try {
    read()
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ at, message }) => `${at.line}:${at.column} ${message}`)
    throw error
  }
  return []
}

function config(text: string) {
  const folder = tempFolder()
  const path = join(folder, 'emulator.conf')
  writeFileSync(path, text)
  return { folder, read: () => readSushyConfig(path, 'emulator.conf') }
}

test('literals of Python', () => {
  expect(
    values(`# comment
A = 'text' "more"   # and a comment
B = -12; C = 0x1F
D = [1, True,
     None, # inside
    ]
E = {
    u'k': ('x',), 'long':
      """two
lines""",
    1: {},
}
F = ("in brackets "
     "over lines")
G = r'\\d\\n'
H = 'tab\\there'
`),
  ).toEqual({
    A: 'textmore',
    B: -12,
    C: 31,
    D: [1, true, null],
    E: { k: ['x'], long: 'two\nlines', '1': {} },
    F: 'in brackets over lines',
    G: '\\d\\n',
    H: 'tab\there',
  })
})

test.each([
  ['import os\nA = 1', ['1:1 only lines like NAME = VALUE are read here']],
  ["A = os.environ['X']\nB = 2", [expect.stringMatching(/^1:1 only literal values/)]],
  ['A = [1, 2', [expect.stringMatching(/^1:1 a comma or "\]" is missing/)]],
  ['A = 1 + 1\nB == 2', [expect.stringMatching(/^1:1 only literal/), expect.stringMatching(/^2:1 only lines/)]],
  ['A = "open\nB = 1', [expect.stringMatching(/^1:1 only literal/)]],
])('%s is told with its place', (text, expected) => {
  expect(problems(() => values(text))).toEqual(expected)
})

test("sushy-tools' example, as far as it means something here", () => {
  const { folder, read } = config(`
SUSHY_EMULATOR_LISTEN_IP = u''
SUSHY_EMULATOR_LISTEN_PORT = 8000
SUSHY_EMULATOR_SSL_CERT = None
SUSHY_EMULATOR_SSL_KEY = None
SUSHY_EMULATOR_OS_CLOUD = None
SUSHY_EMULATOR_LIBVIRT_URI = u'qemu:///system'
SUSHY_EMULATOR_IGNORE_BOOT_DEVICE = False
SUSHY_EMULATOR_BOOT_LOADER_MAP = { u'UEFI': { u'x86_64': u'/usr/share/OVMF/OVMF_CODE.fd' } }
SUSHY_EMULATOR_AUTH_FILE = 'users'
SUSHY_EMULATOR_FEATURE_SET = 'vmedia'
SUSHY_EMULATOR_ALLOWED_INSTANCES = ['437XR1138R2']
SUSHY_EMULATOR_COLOUR = 'red'
`)
  const { redfish, fake, notes } = read()
  expect(redfish).toMatchObject({
    host: '127.0.0.1',
    port: 8000,
    certificate: 'none',
    authFile: join(folder, 'users'),
    only: ['437XR1138R2'],
  })
  expect(redfish.without).toContain('Systems/Bios')
  expect(redfish.without).not.toContain('Systems/VirtualMedia')
  expect(fake).toBeUndefined()
  expect(notes).toHaveLength(5)
  expect(notes.join()).toMatch(
    /LIBVIRT_URI changes nothing: the machines are those of the lab[\s\S]*COLOUR changes nothing/,
  )
})

test('fake systems', () => {
  const { read } = config(`
SUSHY_EMULATOR_FAKE_DRIVER = True
SUSHY_EMULATOR_FAKE_SYSTEMS = [
  {'uuid': '8a5cb5a5-52c6-4a5c-8f5e-9a57ff1ccbd6', 'name': 'fake1', 'power_state': 'Off',
   'nics': [{'mac': '00:5c:52:31:3a:9c', 'ip': '172.22.0.100'}]},
]`)
  expect(read().fake).toEqual([
    { uuid: '8a5cb5a5-52c6-4a5c-8f5e-9a57ff1ccbd6', name: 'fake1', on: false, macs: ['00:5c:52:31:3a:9c'] },
  ])
})

test.each([
  ["SUSHY_EMULATOR_LISTEN_PORT = 'many'", /^1:1 a port is a number/],
  ['SUSHY_EMULATOR_LISTEN_IP = 7', /^1:1 SUSHY_EMULATOR_LISTEN_IP is text/],
  ["SUSHY_EMULATOR_FEATURE_SET = 'most'", /^1:1 "most" is no feature set; there are full, vmedia, minimum/],
  ["SUSHY_EMULATOR_SSL_CERT = 'cert.pem'", /^1:1 .*belong together/],
  ['SUSHY_EMULATOR_FAKE_DRIVER = True', /^1:1 there are no systems/],
  ["SUSHY_EMULATOR_FAKE_DRIVER = True\nSUSHY_EMULATOR_FAKE_SYSTEMS = [{'name': 'x'}]", /^2:1 a fake system has a uuid/],
])('%s', (text, expected) => {
  expect(problems(config(text).read)).toEqual([expect.stringMatching(expected)])
})
