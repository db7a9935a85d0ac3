import type { StorageClock } from '../bmc/storage/storage-clock.ts'
import { RedfishError, refuse } from './faults.ts'

/** SEL times below that are counted from a start of the BMC (IPMI 2.0 §37): no clock can be set there. */
const EARLIEST_S = 0x20000000
const LATEST_S = 0xfffffffe

/** The BMC's clock, that of the SEL: local time of its offset from UTC, written as Redfish does (DSP0266 §9.5.6). */
export function managerTime(clock: StorageClock): { readonly DateTime: string; readonly DateTimeLocalOffset: string } {
  const offset = offsetText(clock.offsetMinutes)
  return { DateTime: new Date(clock.seconds * 1000).toISOString().slice(0, 19) + offset, DateTimeLocalOffset: offset }
}

export function setManagerTime(clock: StorageClock, text: string): void {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw refuse(400, 'PropertyValueFormatError', text, 'DateTime')
  mustFit(Math.floor(at / 1000) + clock.offsetMinutes * 60, text, 'DateTime')
  clock.setUnixSeconds(Math.floor(at / 1000))
}

/** The moment stays, the clock shows another hour. */
export function setLocalOffset(clock: StorageClock, text: string): void {
  const match = /^([-+])(\d\d):(\d\d)$/.exec(text)
  if (match === null) throw refuse(400, 'PropertyValueFormatError', text, 'DateTimeLocalOffset')
  const minutes = (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3]))
  mustFit(clock.unixSeconds + minutes * 60, text, 'DateTimeLocalOffset')
  clock.moveTo(minutes)
}

function mustFit(seconds: number, text: string, name: string): void {
  if (seconds >= EARLIEST_S && seconds <= LATEST_S) return
  const [one] = refuse(400, 'PropertyValueOutOfRange', text, name).faults
  throw new RedfishError(400, [{ ...one, detail: 'the BMC counts seconds from 1987 to 2106' }])
}

function offsetText(minutes: number): string {
  const two = (number: number) => String(number).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
}
