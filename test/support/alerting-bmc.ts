import { hex } from '../../src/base/bytes.ts'
import type { Bmc, BmcOptions } from '../../src/bmc/bmc.ts'
import type { Trap } from '../../src/bmc/pef/alerts.ts'
import { petAcknowledge } from '../../src/commands/alert.ts'
import type { PetIdentity } from '../../src/ipmi/pet.ts'
import { channelSeed, testBmc } from './test-bmc.ts'

/** A BMC on channel 1 whose traps are caught, with destination 1 at 10.0.0.9 and entry 1 of policy set 1 leading there. */
export function alertingBmc(more: Partial<BmcOptions> = {}) {
  const traps: Trap[] = []
  const made = testBmc({
    channels: [channelSeed({ pefAlerting: true })],
    sendTrap: async (trap) => {
      traps.push(trap)
    },
    ...more,
  })
  const { bmc, clock } = made
  setDestination(bmc, 1, {})
  setPef(bmc, 9, 1, 0x18, 0x11, 0)
  return { ...made, traps, pass: (ms: number) => passed(clock, ms) }
}

export function setDestination(
  bmc: Bmc,
  number: number,
  { ack = false, interval = 0, retries = 0, address = [10, 0, 0, 9] },
): void {
  const lan = bmc.lanConfiguration(1)
  lan?.set(18, Uint8Array.of(number, ack ? 0x80 : 0, interval, retries))
  lan?.set(19, Uint8Array.of(number, 0, 0, ...address, 0, 0, 0, 0, 0, 0))
}

/** Set PEF Configuration Parameters. */
export function setPef(bmc: Bmc, parameter: number, ...data: readonly number[]): void {
  const before = bmc.pef.configuration.enabled
  if (bmc.pef.configuration.set(parameter, Uint8Array.from(data)) !== 'set') throw new Error(`parameter ${parameter}`)
  bmc.pef.configured(before)
}

/** Filter `number` lets every event pass and takes `action`, by policy set 1. */
export function anyEvent(bmc: Bmc, number: number, action: number, severity = 0): void {
  setPef(bmc, 6, number, 0x80, action, 1, severity, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0, 0)
}

/** UC, going high, of the temperature sensor. */
export function overheat(bmc: Bmc): void {
  bmc.sel.event({ sensorType: 1, sensorNumber: 1, eventType: 1, data: [0x59, 91, 90] })
}

/** Which trap it is, read from its bytes as a console does. */
export function petOf({ variable }: Trap): PetIdentity {
  const view = new DataView(variable.buffer, variable.byteOffset)
  return {
    sequence: view.getUint16(16),
    timestamp: view.getUint32(18),
    eventSource: variable[25],
    sensorDevice: variable[27],
    sensorNumber: variable[28],
    data: variable.slice(31, 34),
  }
}

/** What PET Acknowledge says to a trap, as hex. */
export function acknowledgeOf(trap: Trap): string {
  return hex(petAcknowledge.request.encode(petOf(trap)))
}

/** Lets promises settle before, on the way and behind. */
async function passed(clock: { advance(ms: number): void }, ms: number): Promise<void> {
  await settle()
  clock.advance(ms)
  await settle()
}

async function settle(): Promise<void> {
  for (let i = 0; i < 40; i++) await Promise.resolve()
}
