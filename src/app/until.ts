import type { Clock } from '../base/clock.ts'
import { BmcError } from '../base/errors.ts'
import type { Machine, PowerState } from '../machine/machine.ts'

/** Longer than any poweroff_wait and kill_wait that make sense together. */
const LONGEST_MS = 120_000

/** Resolves when the machine is in `state`; rejects with reason `timeout` when that takes too long. */
export function until(machine: Machine, state: PowerState, clock: Clock, name: string): Promise<void> {
  if (machine.power === state) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      timer.cancel()
      forget()
      settle()
    }
    const forget = machine.onPower((power) => {
      if (power === state) end(resolve)
    })
    const timer = clock.after(LONGEST_MS, () =>
      end(() => reject(new BmcError('timeout', `${name} is still ${machine.power} after ${LONGEST_MS / 1000} s`))),
    )
  })
}
