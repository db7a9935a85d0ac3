import { systemClock } from '../../src/base/clock.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { SimulatedMachine } from '../../src/machine/simulated.ts'
import { until } from '../support/until.ts'
import { machineContract, Screen } from './machine.contract.ts'

machineContract('simulated', async () => {
  const machine = new SimulatedMachine({ name: 'sim01', clock: systemClock, log: silentLogger })
  const screen = new Screen(machine)
  return {
    machine,
    firstWords: /Simulated firmware/,
    guestOff: async () => {
      await until('login prompt', () => screen.text.includes('sim01 login: '))
      machine.console.write(Buffer.from('root\rpoweroff\r'))
    },
    traces: () => (machine.console.up ? ['console'] : []),
  }
})
