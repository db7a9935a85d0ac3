import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPersonality } from '../../../../src/config/personality/read-personality.ts'
import { ConfigError } from '../../../../src/config/source.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const fan = 'name: Fan, number: 1, type: fan, entity: [29, 1], unit: rpm, reading: { on: 5000 }'

const server = `description: A test
device: { id: 0x20, revision: 1, firmware: "2.05", support: 0x9f, manufacturer: 674, product: 0x0100 }
`

function read(sensors: string, frus = 'frus: []', personality = server) {
  const folder = tempFolder()
  writeFileSync(join(folder, 'personality.yaml'), personality)
  writeFileSync(join(folder, 'sensors.yaml'), sensors)
  writeFileSync(join(folder, 'fru.yaml'), frus)
  return readPersonality(folder)
}

function problems(sensors: string, frus?: string, personality?: string): string[] {
  try {
    read(sensors, frus, personality)
  } catch (error) {
    if (error instanceof ConfigError)
      return error.problems.map(({ at, message }) => `${at.line}:${at.column} ${message}`)
    throw error
  }
  return []
}

test('what is left out has its default', () => {
  const { sensors, frus } = read(`sensors: [{ ${fan} }]`, 'frus: [{ device: 0, name: Board, entity: [7, 1] }]')
  expect(sensors).toEqual([
    expect.objectContaining({
      kind: 'analog',
      name: 'Fan',
      thresholds: {},
      hysteresis: 0,
      scale: { m: 1, b: 0, bExponent: 0, exponent: 0, signed: false },
      reading: { on: 5000, off: undefined, start: undefined, wobble: 0, settle: 0, load: {}, follows: {} },
    }),
  ])
  expect(frus).toEqual([expect.objectContaining({ device: 0, size: 512, board: undefined })])
})

test('a sensor with states is a discrete one', () => {
  const { sensors } = read(
    'sensors: [{ name: Drive, number: 1, type: drive slot, entity: [26, 0], states: [0, 1], on: [0] }]',
  )
  expect(sensors).toEqual([expect.objectContaining({ kind: 'discrete', eventType: 0x6f, on: [0], off: undefined })])
})

test.each([
  [`sensors:\n  - { ${fan}, colour: red }`, /^2:\d+ unknown key "colour"; known here: name, number, type/],
  [`sensors:\n  - { ${fan.replace('fan,', 'fun,')} }`, /^2:\d+ type "fun" is not one of .*did you mean "fan"/],
  [`sensors:\n  - { ${fan} }\n  - { ${fan} }`, /^3:\d+ sensor 1 is there already/],
  [`sensors:\n  - { ${fan.replace('number: 1, ', '')} }`, /^2:\d+ "number" is missing/],
  [
    `sensors:\n  - { ${fan.replace('5000', '5000, follows: { CPU: 60 }')} }`,
    /^2:\d+ Fan follows "CPU", and no sensor that measures/,
  ],
  [
    `sensors:\n  - { ${fan.replace('5000', '5000, follows: { Fan: 1 }')} }`,
    /^2:\d+ Fan follows "Fan", which follows others itself: follow those/,
  ],
  [`sensors:\n  - { ${fan.replace('5000', '5000, load: { gpu: 1 }')} }`, /unknown key "gpu"; did you mean "cpu"/],
  ['things: []', /^1:1 this file is a list under sensors:/],
  ['sensors: [', /not valid YAML/],
])('%s', (text, expected) => {
  expect(problems(text)).toEqual([expect.stringMatching(expected)])
})

test('all files are read before anything is said', () => {
  expect(problems('sensors: 1', 'frus: 1', 'description: 1')).toHaveLength(4)
})

test('the BMC itself, with the defaults of what is left out', () => {
  const { name, sensors: _, frus: __, ...rest } = read('sensors: []')
  expect(rest).toEqual({
    description: 'A test',
    controllerName: 'BMC',
    device: {
      deviceId: 0x20,
      deviceRevision: 1,
      providesDeviceSdrs: false,
      firmwareMajor: 2,
      firmwareMinor: 0x05,
      deviceSupport: 0x9f,
      manufacturerId: 674,
      productId: 0x0100,
    },
    lan: { channel: 1, authTypes: ['md5'] },
    users: 63,
    sel: { records: 1024 },
    sdr: { firstId: 1, step: 1 },
    unanswered: [],
    redfish: {
      ids: { system: '1', manager: 'BMC', chassis: '1' },
      parts: {
        ...{ processor: 'CPU{n}', memory: 'DIMM{n}', nic: 'NIC{n}', networkCard: 'NIC{n}', managerNic: '{n}' },
        ...{ drive: 'disk{i}', storage: '1', storageController: '0', cd: 'Cd', usb: 'Usb', sel: 'SEL' },
      },
      without: [],
      oem: {},
    },
  })
  expect(name).not.toBe('')
})

test('ids of its parts, as it says; a card is called as its interface is', () => {
  const text = `${server}redfish: { parts: { nic: "eth{i}", drive: "Disk.{i}-{i}:AHCI.1", storage: AHCI.1, cd: CD1 } }`
  expect(read('sensors: []', undefined, text).redfish.parts).toMatchObject({
    ...{ nic: 'eth{i}', networkCard: 'eth{i}', drive: 'Disk.{i}-{i}:AHCI.1', storage: 'AHCI.1', cd: 'CD1', usb: 'Usb' },
  })
})

test('what makes it differ', () => {
  const { lan, unanswered, oem } = read(
    'sensors: []',
    undefined,
    `${server}lan: { channel: 2, authTypes: [], cipherSuites: [3, 17] }\nunanswered: ["06/08"]\noem: { commands: openbmc }`,
  )
  expect(lan).toEqual({ channel: 2, authTypes: [], cipherSuites: [3, 17] })
  expect(unanswered).toEqual([{ netFn: 0x06, cmd: 0x08 }])
  expect(oem).toEqual({ commands: 'openbmc' })
})

test.each([
  ['firmware: 2.05', /^2:\d+ firmware must be text; put it in quotes/],
  ['firmware: "2.5"', /^2:\d+ firmware is a number like "2.05"/],
  ['colour: red', /^2:\d+ unknown key "colour"; known here: name, id/],
  ['manufacturer: 0x100000', /^2:\d+ manufacturer must be at most 1048575/],
])('device with %s', (given, expected) => {
  const [key] = given.split(':')
  const text = new RegExp(`${key}: [^,}]*`).test(server)
    ? server.replace(new RegExp(`${key}: [^,}]*`), given)
    : server.replace('{ id', `{ ${given}, id`)
  expect(problems('sensors: []', undefined, text)).toEqual([expect.stringMatching(expected)])
})

test.each([
  ['lan: { cipherSuites: [4] }', /^3:\d+ .*"4" is not one of 1, 2, 3, 6/],
  ['unanswered: [06.08]', /^3:\d+ .*must be text; put it in quotes/],
  ['unanswered: [get device guid]', /^3:\d+ a command is written like "06\/08"/],
  ['users: 64', /^3:\d+ users must be at most 63/],
  ['oem: { commands: dall }', /^3:\d+ commands is one of dell, supermicro, openbmc/],
  ['redfish: { ids: { system: a/b } }', /^3:\d+ an id consists of letters/],
  ['redfish: { parts: { nic: NIC } }', /^3:\d+ ids of numbered parts have \{n\}/],
  ['redfish: { parts: { drive: "sd{x}" } }', /^3:28 ids of numbered parts have \{n\}/],
  ['redfish: { parts: { storage: "a b" } }', /^3:30 an id consists of letters, digits, dots, colons/],
  ['redfish: { parts: { cd: CD, usb: CD } }', /^3:34 cd has this id already; give usb another/],
  ['redfish: { parts: { usb: Cd } }', /^3:26 cd has this id already; give usb another/],
  ['redfish: { parts: { sel: Console } }', /^3:26 the log of the console has this id already/],
  ['redfish: { parts: { cdrom: CD } }', /^3:21 unknown key "cdrom"; known here: processor, memory/],
  ['redfish: { ids: { sytem: a } }', /^3:\d+ unknown key "sytem"; did you mean "system"/],
  ['oem: { commands: openbmc, colour: red }', /^3:\d+ unknown key "colour"/],
])('%s', (line, expected) => {
  expect(problems('sensors: []', undefined, server + line)).toEqual([expect.stringMatching(expected)])
})
