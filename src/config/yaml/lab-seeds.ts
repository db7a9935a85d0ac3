import { isScalar } from 'yaml'
import type { ListenConfig } from '../config.ts'
import type { Problems } from '../problems.ts'
import { readHostPort } from '../serial-device.ts'
import type { Places } from './places.ts'

/** Where seeds are served; undefined where the file does not say. `node`: what stands behind `seeds:`. */
export function readSeeds(node: unknown, places: Places, problems: Problems): ListenConfig | undefined {
  if (node === undefined) return undefined
  const at = places.of(node)
  const text = isScalar(node) ? node.value : undefined
  const end = typeof text === 'string' ? readHostPort(text) : 'the address is missing'
  if (typeof end !== 'string') return { ...end, at }
  problems.add(at, `seeds: ${end}; write HOST:PORT, like 127.0.0.1:8080`)
  return undefined
}
