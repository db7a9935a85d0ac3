import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPersonality } from '../../../../src/config/personality/read-personality.ts'
import { ConfigError } from '../../../../src/config/source.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const fan = 'name: Fan, number: 1, type: fan, entity: [29, 1], unit: rpm, reading: { on: 5000 }'

function read(sensors: string, frus = 'frus: []') {
  const folder = tempFolder()
  writeFileSync(join(folder, 'sensors.yaml'), sensors)
  writeFileSync(join(folder, 'fru.yaml'), frus)
  return readPersonality(folder)
}

function problems(sensors: string, frus?: string): string[] {
  try {
    read(sensors, frus)
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

test('both files are read before anything is said', () => {
  expect(problems('sensors: 1', 'frus: 1')).toHaveLength(2)
})
