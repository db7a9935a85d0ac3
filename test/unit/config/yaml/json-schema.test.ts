import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { labJsonSchema } from '../../../../src/config/yaml/json-schema.ts'
import { rootKeys } from '../../../../src/config/yaml/schema.ts'

const root = join(import.meta.dirname, '../../../..')
const document = labJsonSchema()
/** Read back by zod, which is not what wrote our checks of a lab file. */
const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(document)))
const fits = (text: string) => schema.safeParse(parse(text)).success

it('is docs/lab.schema.json; if not: npm run docs', () => {
  expect(JSON.parse(readFileSync(join(root, 'docs/lab.schema.json'), 'utf8'))).toEqual(document)
})

it('knows every key at the top', () => {
  expect(Object.keys(document).includes('properties')).toBe(true)
  const { properties } = z.object({ properties: z.record(z.string(), z.unknown()) }).parse(document)
  expect(Object.keys(properties).sort()).toEqual([...rootKeys].sort())
})

it('takes every lab file that comes with us', () => {
  const files = readdirSync(join(root, 'nodes'), { recursive: true, encoding: 'utf8' }).filter((path) =>
    /^[^/]+\.yaml$/.test(path),
  )
  expect(files).toContain('demo.yaml')
  for (const file of files) {
    expect(schema.safeParse(parse(readFileSync(join(root, 'nodes', file), 'utf8'))), file).toMatchObject({
      success: true,
    })
  }
})

it('takes short words and what they are short for', () => {
  const node = (text: string) => fits(`nodes: { a: ${text} }`)
  for (const good of [
    '',
    '{ machine: simulated }',
    '{ machine: { kind: qemu, memory: 64M, nics: [user, { network: lan, link: { delay: 10ms, loss: 1 } }] } }',
    '{ bmc: { port: auto } }',
    '{ bmc: { port: 623 } }',
    '{ console: telnet:h:1 }',
    '{ ready: { ssh: 22, tcp: "h:1", timeout: 90 } }',
  ]) {
    expect(node(good), good).toBe(true)
  }
})

it('takes pools in place of nodes, and wants one of the two', () => {
  expect(fits('pools: { cn: { range: 01-20, mac: "52:54:00:00:00:{hex}", machine: simulated } }')).toBe(true)
  expect(fits('pools: { cn: { machine: simulated } }')).toBe(false)
  expect(document).toMatchObject({ anyOf: [{ required: ['nodes'] }, { required: ['pools'] }] })
})

it('refuses what no lab file may have', () => {
  const node = (text: string) => fits(`nodes: { a: ${text} }`)
  for (const bad of [
    '{ machine: simulate }',
    '{ machin: simulated }',
    '{ machine: { kind: qemu, cpu: 2 } }',
    '{ bmc: { port: any } }',
    '{ bmc: { port: 70000 } }',
    '{ ready: { ssh: [22] } }',
  ]) {
    expect(node(bad), bad).toBe(false)
  }
  expect(fits('networks: { lan: hub }\nnodes: { a: }')).toBe(false)
})
