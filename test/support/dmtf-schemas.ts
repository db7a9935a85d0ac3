import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'
import type { Body } from '../../src/redfish/request.ts'
import { isBody } from '../../src/redfish/request.ts'

/** The DMTF's own JSON Schema, in the folder that BMCSIM_DMTF names (json-schema/ of DSP8010 is in it). */
export class DmtfSchemas {
  readonly #folder: string
  readonly #ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true })
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(folder: string) {
    this.#folder = join(folder, 'json-schema')
  }

  /** What is wrong with a body; empty for a good one. */
  faults(body: Body): string[] {
    const [schema, version, type] = String(body['@odata.type']).slice(1).split('.')
    const file = type === undefined ? `${schema}.json` : `${schema}.${version}.json`
    const validate = this.#validator(file)
    if (validate === undefined) return [`there is no ${file}`]
    if (validate(body)) return []
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    )
  }

  #validator(file: string): ValidateFunction | undefined {
    const known = this.#validators.get(file)
    if (known !== undefined) return known
    if (!existsSync(join(this.#folder, file))) return undefined
    this.#load(file)
    const made = this.#ajv.getSchema(idOf(file))
    if (made !== undefined) this.#validators.set(file, made)
    return made
  }

  /** With all that it refers to. A version that is not in the folder is no alternative; a schema that is not is a link. */
  #load(file: string): void {
    if (this.#ajv.schemas[idOf(file)] !== undefined) return
    const schema: unknown = JSON.parse(readFileSync(join(this.#folder, file), 'utf8'))
    const wanted = new Set<string>()
    const kept = this.#present(schema, wanted)
    if (!isBody(kept)) throw new Error(`${file} is no schema`)
    const { $schema: _, ...rest } = kept
    this.#ajv.addSchema({ ...rest, $id: idOf(file) }, idOf(file))
    for (const other of wanted) this.#load(other)
  }

  #present(value: unknown, wanted: Set<string>): unknown {
    if (Array.isArray(value)) return value.map((one) => this.#present(one, wanted))
    if (!isBody(value)) return value
    const file =
      typeof value.$ref === 'string' ? /\/schemas\/(?:swordfish\/)?v1\/([^#]+)/.exec(value.$ref)?.[1] : undefined
    if (file !== undefined && typeof value.$ref === 'string') {
      if (!existsSync(join(this.#folder, file))) {
        // A part of a resource that is elsewhere (VLanNetworkInterface's VLAN) stands here whole.
        const isResource = value.$ref.endsWith(`/${file.split('.')[0]}`)
        return { type: 'object', required: isResource ? ['@odata.id'] : [] }
      }
      wanted.add(file)
      return { $ref: `${idOf(file)}${value.$ref.slice(value.$ref.indexOf('#'))}` }
    }
    const { anyOf } = value
    const alternatives = Array.isArray(anyOf) ? { anyOf: anyOf.filter((one) => !this.#isAbsentVersion(one)) } : {}
    return Object.fromEntries(
      Object.entries({ ...value, ...alternatives }).map(([name, inner]) => [name, this.#present(inner, wanted)]),
    )
  }

  #isAbsentVersion(one: unknown): boolean {
    const file = isBody(one) && typeof one.$ref === 'string' ? /\/v1\/(\w+\.v[^#]+)/.exec(one.$ref)?.[1] : undefined
    return file !== undefined && !existsSync(join(this.#folder, file))
  }
}

function idOf(file: string): string {
  return `http://redfish.dmtf.org/schemas/v1/${file}`
}
