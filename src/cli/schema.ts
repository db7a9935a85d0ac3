import { labJsonSchema } from '../config/yaml/json-schema.ts'
import { ExitCode } from './exit-code.ts'
import { type Io, outJson } from './io.ts'

/** The lab file's JSON Schema, which is docs/lab.schema.json. */
export function schema(io: Io): number {
  outJson(io, labJsonSchema())
  return ExitCode.ok
}
