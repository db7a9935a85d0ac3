import { describe, expect, it } from 'vitest'
import { SimGroups } from '../../../src/cli/sim-groups.ts'

/** `c a`, `f b`: flags in the order of a command line. */
function groups(...flags: string[]) {
  const collected = new SimGroups()
  for (const flag of flags) {
    const value = flag.slice(2)
    if (flag.startsWith('c ')) collected.config(value)
    else if (flag.startsWith('f ')) collected.emulator(value)
    else if (flag.startsWith('x ')) collected.emulatorString(value)
    else collected.state(value)
  }
  return collected.done()
}

describe("ipmi_sim's flags", () => {
  it('make one BMC in any order', () => {
    const one = [{ config: 'lan.conf', emulator: 'a.emu', state: 'S' }]
    expect(groups('c lan.conf', 's S', 'f a.emu')).toEqual(one)
    expect(groups('f a.emu', 's S', 'c lan.conf')).toEqual(one)
  })

  it('belong to the -c before them', () => {
    expect(groups('c a', 'f a.emu', 's A', 'c b', 'f b.emu', 's B')).toEqual([
      { config: 'a', emulator: 'a.emu', state: 'A' },
      { config: 'b', emulator: 'b.emu', state: 'B' },
    ])
  })

  it('share a state folder that is given once', () => {
    expect(groups('c a', 'c b', 's S').map((group) => group.state)).toEqual(['S', 'S'])
    expect(groups('c a', 's A', 'c b', 's B', 'c d').map((group) => group.state)).toEqual(['A', 'B', undefined])
  })

  it('add emulator commands line by line', () => {
    expect(groups('c a', 'x one', 'x two')[0].emulatorString).toBe('one\ntwo')
  })

  it('without -c name no BMC', () => {
    expect(groups('f a.emu')).toEqual([])
  })
})
