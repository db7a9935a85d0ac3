import type { SensorStatus } from '../app/node-sensors.ts'
import { ask } from '../lab/control-client.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { type Io, out, outJson } from './io.ts'
import { renderTable } from './table.ts'

export interface SensorOptions {
  readonly json?: boolean
  readonly state?: string
}

/** Shows a node's sensors, or holds one at a value. */
export async function sensor(
  io: Io,
  node: string,
  name: string | undefined,
  verb: string | undefined,
  value: string | undefined,
  options: SensorOptions,
): Promise<number> {
  const body = requestOf(name, verb, value)
  const lab = findLab(options.state, io.env)
  const path = `/nodes/${encodeURIComponent(node)}/sensors`
  const answer = await ask(lab.controlSocket, body === undefined ? 'GET' : 'POST', path, body)
  if (!Array.isArray(answer) || !answer.every(isSensorStatus)) {
    throw new Error(`lab ${lab.name} gave an answer that this version of bmcsim does not know`)
  }
  if (options.json) outJson(io, answer)
  else out(io, sensorTable(answer))
  return ExitCode.ok
}

function requestOf(name: string | undefined, verb: string | undefined, value: string | undefined) {
  if (name === undefined) return undefined
  if (verb === undefined) return { name }
  if (verb === 'release' && value === undefined) return { name, release: true }
  if (verb === 'set' && value !== undefined) return { name, set: value }
  throw new UsageError(`write "set VALUE" or "release" behind the sensor, not "${[verb, value].join(' ').trim()}"`)
}

function sensorTable(sensors: readonly SensorStatus[]): string {
  const rows = sensors.map((one) => [one.name, reading(one), one.states.join(','), one.forced ? 'set by hand' : ''])
  return renderTable([['SENSOR', 'READING', 'STATES', ''], ...rows])
}

function reading({ available, value, unit }: SensorStatus): string {
  if (!available) return 'not there'
  return value === null ? '' : `${value} ${unit}`
}

function isSensorStatus(value: unknown): value is SensorStatus {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['name', 'value', 'unit', 'states', 'available', 'forced'].every((key) => Object.hasOwn(value, key))
  )
}
