import { type Body, isBody } from '../request.ts'

/** Only the properties that were asked for, and the annotations that say what the resource is (DSP0266 §7.3.3). */
export function selected(body: Body, paths: readonly (readonly string[])[]): Body {
  const result: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(body)) {
    const below = paths.filter(([first]) => first === name).map((path) => path.slice(1))
    if (name.startsWith('@odata.') || paths.some(([first]) => name.startsWith(`${first}@`))) result[name] = value
    else if (below.length > 0) result[name] = below.some((path) => path.length === 0) ? value : inside(value, below)
  }
  return result
}

function inside(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((one) => inside(one, paths))
  return isBody(value) ? selected(value, paths) : value
}
