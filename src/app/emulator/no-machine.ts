import { BmcError } from '../../base/errors.ts'
import type { Machine } from '../../machine/machine.ts'

/** What a controller behind the BMC manages: its own sensors and records, and no machine. */
export function noMachine(): Machine {
  const none = () => Promise.reject(new BmcError('not-supported', 'this controller has no machine of its own'))
  return {
    kind: 'simulated',
    abilities: { powerOn: false, reset: false, nmi: false, softOff: false, boot: false },
    power: 'off',
    console: undefined,
    powerOn: none,
    powerOff: () => Promise.resolve(),
    reset: none,
    nmi: none,
    softOff: none,
    onPower: () => () => {},
    close: () => Promise.resolve(),
  }
}
