import { expect, it } from 'vitest'
import { Plain } from '../../../../src/cli/progress/plain.ts'

/** What is printed for the stages of one node. */
function told(...stages: string[]): string[] {
  const lines: string[] = []
  const plain = new Plain({ write: (text: string | Uint8Array) => lines.push(String(text)) > 0 })
  for (const stage of stages) plain.stage('cn1', stage)
  return lines.map((line) => line.replace(/^cn1: (\w+)\n$/, '$1'))
}

it('a stage is a line, once', () => {
  expect(told('off', 'disk', 'start', 'start', 'firmware', 'boot', 'boot', 'ready')).toEqual([
    ...['off', 'disk', 'start', 'firmware', 'boot', 'ready'],
  ])
})

it('steps that a node passed while nobody looked are told with the next one', () => {
  expect(told('disk', 'boot')).toEqual(['disk', 'start', 'firmware', 'boot'])
  expect(told('start', 'ready')).toEqual(['start', 'firmware', 'boot', 'ready'])
})

it('nothing is told of what was before the first look, nor of the way back', () => {
  expect(told('boot', 'ready')).toEqual(['boot', 'ready'])
  expect(told('ready', 'start', 'off', 'start')).toEqual(['ready', 'start', 'off', 'start'])
})
