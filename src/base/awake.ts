import { systemClock } from './clock.ts'

/**
 * A packet that comes soon after one that was answered finds this process asleep, and waking it takes longer than answering.
 * So while packets follow one another closely, the event loop goes on looking at its sockets for a moment instead of sleeping. An
 * idle process, and a packet that comes alone, costs nothing more.
 */

/** From packet to packet: a console that reads 255 characters of SOL, the slowest conversation, takes 60 to 70 us a packet. */
const WINDOW_MS = 0.12
/** So many in a row are a conversation. */
const CLOSE_PACKETS = 4

let last = Number.NEGATIVE_INFINITY
let run = 0
let looking = false

/** A packet of a conversation has come: its answer may bring the next. */
export function stayAwake(): void {
  const now = systemClock.monotonic()
  run = now - last < WINDOW_MS ? run + 1 : 0
  last = now
  if (looking || run < CLOSE_PACKETS) return
  looking = true
  setImmediate(look)
}

/** What came was no conversation: a log-in, whose packets are apart by the client's own arithmetic. */
export function goToSleep(): void {
  run = 0
  last = Number.NEGATIVE_INFINITY
}

function look(): void {
  if (systemClock.monotonic() - last < WINDOW_MS) setImmediate(look)
  else looking = false
}
