import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { z } from 'zod'
import type { LabRedfishConfig } from '../config.ts'
import type { Problems } from '../problems.ts'
import { readHostPort } from '../serial-device.ts'
import { reason } from '../text-file.ts'
import type { Places } from './places.ts'
import type { Shapes } from './shape.ts'

const text = z.string().min(1)

/** The shape of `redfish:` at the root of a lab file (docs/redfish.md). */
export const labRedfishSchema = z.strictObject({
  listen: text,
  http: z.boolean().optional(),
  user: text.optional(),
  password: text.optional(),
  passwordFile: text.optional(),
})

/** Where all nodes have one Redfish; undefined where the file does not say. `node`: what stands behind `redfish:`. */
export function readLabRedfish(
  node: unknown,
  { cwd, places, problems, shapes }: { cwd: string; places: Places; problems: Problems; shapes: Shapes },
): LabRedfishConfig | undefined {
  if (node === undefined) return undefined
  const entry = shapes.checked(node, labRedfishSchema, (path) =>
    path.length === 0 ? Object.keys(labRedfishSchema.shape) : [],
  )
  if (entry === undefined) return undefined
  const { listen, http = false, user, password, passwordFile } = entry
  const at = places.of(node)
  const end = readHostPort(listen)
  if (typeof end === 'string') {
    problems.add(places.nearest(node, ['listen']), `listen: ${end}; write HOST:PORT, like 127.0.0.1:8000`)
    return undefined
  }
  if (password !== undefined && passwordFile !== undefined) {
    problems.add(places.nearest(node, ['passwordFile']), 'there is a password already; leave one of the two out')
  }
  const secret = password ?? (passwordFile && readSecret(resolve(cwd, passwordFile), node, places, problems))
  if (passwordFile !== undefined && secret === undefined) return undefined
  if ((user === undefined) !== (secret === undefined)) {
    problems.add(at, 'a user has both, user and password; with neither everybody may do everything')
    return undefined
  }
  return {
    ...end,
    certificate: http ? 'none' : 'own',
    user: user === undefined || secret === undefined ? undefined : { name: user, password: secret },
    at,
  }
}

function readSecret(path: string, node: unknown, places: Places, problems: Problems): string | undefined {
  problems.files.add(path)
  try {
    const [line] = readFileSync(path, 'utf8').split(/\r?\n/, 1)
    if (line !== '') return line
    problems.add(places.nearest(node, ['passwordFile']), 'the password file is empty; its first line is the password')
    return undefined
  } catch (error) {
    problems.add(places.nearest(node, ['passwordFile']), `the password file cannot be read: ${reason(error)}`)
    return undefined
  }
}
