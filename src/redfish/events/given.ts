import { about, fault, RedfishError } from '../faults.ts'
import { ROOT } from '../links.ts'
import type { Body } from '../request.ts'
import type { HttpHeaders } from './subscriptions.ts'

/** Where events come as a stream (server-sent events). */
export const STREAM = `${ROOT}/EventService/SSE`

export function isDestination(text: string): boolean {
  return /^https?:\/\//i.test(text) && URL.canParse(text)
}

/** RFC 9110 §5.6.2 and §5.5. */
const NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** `[{ "Authorization": "..." }]`, an object a header or several in one. */
export function headersIn(list: readonly Body[]): HttpHeaders {
  const headers: Record<string, string> = {}
  for (const [i, one] of list.entries()) {
    for (const [name, value] of Object.entries(one)) {
      if (typeof value !== 'string' || !NAME.test(name) || !VALUE.test(value)) {
        // The value is not repeated: it may be a secret.
        throw new RedfishError(400, [about(`/HttpHeaders/${i}`, fault('PropertyValueError', 'HttpHeaders'))])
      }
      headers[name] = value
    }
  }
  return headers
}

/** An ISO 8601 duration, `PT10M`; whatever there is, where none is given. The schema's pattern has been checked. */
export function durationMs(text: unknown): number {
  const match = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(String(text ?? ''))
  if (match === null) return Number.POSITIVE_INFINITY
  const [days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000
}
