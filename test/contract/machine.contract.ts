import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import type { Machine, PowerCause, PowerState } from '../../src/machine/machine.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { until } from '../support/until.ts'

/** One machine to be tried, and what a test cannot know about it. */
export interface MachineOnTrial {
  readonly machine: Machine
  /** What its console shows soon after power on; undefined where the console is not the machine's own. */
  readonly firstWords: RegExp | undefined
  /** Makes the guest switch itself off; undefined where the tests have no guest that can. */
  readonly guestOff: (() => Promise<void>) | undefined
  /** What is there of it outside this process: process ids, sockets. Nothing after `close`. */
  readonly traces: () => readonly unknown[]
}

/** What every machine must do, whatever it is made of. `create` is called afresh for each test; machines are closed here. */
export function machineContract(name: string, create: () => Promise<MachineOnTrial>): void {
  describe(`machine contract: ${name}`, () => {
    const closing: Machine[] = []
    afterEach(async () => {
      await Promise.all(closing.splice(0).map((machine) => machine.close()))
    })

    async function start() {
      const trial = await create()
      const { machine } = trial
      closing.push(machine)
      const changes: [PowerState, PowerCause][] = []
      machine.onPower((power, cause) => changes.push([power, cause]))
      const screen = new Screen(machine)
      return { ...trial, changes, screen }
    }

    it('is off until it is told, then on, and says why', async () => {
      const { machine, changes } = await start()
      expect(machine.power).toBe('off')
      expect(machine.console?.up ?? false).toBe(false)
      await machine.powerOn({})
      expect(machine.power).toBe('on')
      expect(changes).toEqual([['on', 'request']])
      await machine.powerOff()
      await until('off', () => machine.power === 'off')
      expect(changes).toEqual([
        ['on', 'request'],
        ['off', 'request'],
      ])
    })

    it('shows what it does only while it is on, in counts that never go back', async () => {
      const { machine } = await start()
      expect(machine.vitals?.()).toBeUndefined()
      await machine.powerOn({})
      const first = machine.vitals?.()
      if (first !== undefined) {
        await until('work', () => (machine.vitals?.()?.cpuMs?.total ?? 0) > (first.cpuMs?.total ?? 0))
        const later = machine.vitals?.()
        expect(later?.cpus).toBe(first.cpus)
        expect(later?.cpuMs?.atMs).toBeGreaterThan(first.cpuMs?.atMs ?? Number.NaN)
        expect(later?.memory ?? 0).toBeLessThanOrEqual(1)
      }
      await machine.powerOff()
      await until('off', () => machine.power === 'off')
      expect(machine.vitals?.()).toBeUndefined()
    })

    it('tells what it is made of, off and on', async () => {
      const { machine } = await start()
      const off = machine.inventory?.()
      if (off === undefined) return
      expect(off.memoryMiB).toBeGreaterThan(0)
      await machine.powerOn({})
      expect(machine.inventory?.()).toEqual(off)
    })

    it('takes media while it is off or on, and gives them back', async () => {
      const { machine } = await start()
      const drive = machine.mediaDrives?.[0]
      if (drive === undefined) return
      const file = join(tempFolder(), 'medium.iso')
      writeFileSync(file, Buffer.alloc(64 * 1024))
      const medium = { file, writeProtected: true }
      await machine.setMedium?.(drive.id, medium)
      await machine.powerOn({})
      await machine.setMedium?.(drive.id, medium)
      await machine.setMedium?.(drive.id, undefined)
      await machine.setMedium?.(drive.id, undefined)
      await machine.setMedium?.(drive.id, medium)
      await machine.powerOff()
      await until('off', () => machine.power === 'off')
      await machine.setMedium?.(drive.id, undefined)
      await machine.powerOn({})
      expect(machine.power).toBe('on')
    })

    it('does nothing when it already is what it is told to be', async () => {
      const { machine, changes } = await start()
      await machine.powerOff()
      expect(changes).toEqual([])
      await Promise.all([machine.powerOn({}), machine.powerOn({})])
      await machine.powerOn({})
      expect(changes).toEqual([['on', 'request']])
      await Promise.all([machine.powerOff(), machine.powerOff()])
      await until('off', () => machine.power === 'off')
      expect(changes).toHaveLength(2)
    })

    it('shows its first words on the same console at every power on', async () => {
      const { machine, screen, firstWords } = await start()
      if (!firstWords) return
      const port = machine.console
      for (let i = 0; i < 2; i++) {
        screen.clear()
        await machine.powerOn({})
        expect(machine.console).toBe(port)
        await until('console up', () => port?.up)
        await until(
          String(firstWords),
          () => firstWords.test(screen.text),
          60_000,
          () => screen.text,
        )
        await machine.powerOff()
        await until('console down', () => port?.up === false)
        expect(port?.write(Uint8Array.of(0x0d))).toBe(0)
      }
      expect(screen.ups).toEqual([true, false, true, false])
    })

    it('starts from the beginning when it comes back on', async () => {
      const { machine, screen, firstWords, changes } = await start()
      await machine.powerOn({})
      if (firstWords)
        await until(
          'first words',
          () => firstWords.test(screen.text),
          60_000,
          () => screen.text,
        )
      screen.clear()
      await machine.powerOff()
      await until('off', () => machine.power === 'off')
      await machine.powerOn({})
      expect(changes.map(([power]) => power)).toEqual(['on', 'off', 'on'])
      if (firstWords)
        await until(
          'first words again',
          () => firstWords.test(screen.text),
          60_000,
          () => screen.text,
        )
    })

    it('starts from the beginning after a reset, without being off', async () => {
      const { machine, screen, firstWords, changes } = await start()
      await machine.powerOn({})
      if (!machine.abilities.reset) {
        await expect(machine.reset({})).rejects.toMatchObject({ reason: 'not-supported' })
        return
      }
      if (firstWords)
        await until(
          'first words',
          () => firstWords.test(screen.text),
          60_000,
          () => screen.text,
        )
      screen.clear()
      await machine.reset({})
      if (firstWords)
        await until(
          'first words again',
          () => firstWords.test(screen.text),
          60_000,
          () => screen.text,
        )
      expect(changes).toEqual([['on', 'request']])
    })

    it('takes an NMI and a press of the power button, or says that it cannot', async () => {
      const { machine } = await start()
      await machine.powerOn({})
      const verbs = [
        { able: machine.abilities.nmi, act: () => machine.nmi() },
        { able: machine.abilities.softOff, act: () => machine.softOff() },
      ]
      for (const { able, act } of verbs) {
        if (able) await act()
        else await expect(act()).rejects.toMatchObject({ reason: 'not-supported' })
      }
    })

    it('refuses what needs a running machine while it is off', async () => {
      const { machine, changes } = await start()
      const { reset, nmi, softOff } = machine.abilities
      if (reset) await expect(machine.reset({})).rejects.toMatchObject({ reason: 'powered-off' })
      if (nmi) await expect(machine.nmi()).rejects.toMatchObject({ reason: 'powered-off' })
      if (softOff) await expect(machine.softOff()).rejects.toMatchObject({ reason: 'powered-off' })
      expect(changes).toEqual([])
    })

    it('tells that the guest switched itself off, and starts again', async () => {
      const { machine, changes, guestOff } = await start()
      if (!guestOff) return
      await machine.powerOn({})
      await guestOff()
      await until('off', () => machine.power === 'off')
      expect(changes.at(-1)).toEqual(['off', 'guest'])
      await machine.powerOn({})
      expect(machine.power).toBe('on')
    })

    it('leaves nothing behind when it is closed while on', async () => {
      const { machine, traces } = await start()
      await machine.powerOn({})
      await machine.close()
      expect(traces()).toEqual([])
      expect(machine.power).toBe('off')
      await expect(machine.powerOn({})).rejects.toMatchObject({ reason: 'wrong-state' })
    })

    it('leaves nothing behind when it is closed while it starts', async () => {
      const { machine, traces } = await start()
      const starting = machine.powerOn({}).catch(() => {})
      await machine.close()
      await starting
      expect(traces()).toEqual([])
      expect(machine.power).toBe('off')
    })
  })
}

/** What a person would have read on the console, without cursor movements. */
export class Screen {
  #text = ''
  readonly ups: boolean[] = []

  constructor(machine: Machine) {
    machine.console?.onData((bytes) => {
      this.#text += Buffer.from(bytes).toString('latin1')
    })
    machine.console?.onUp((up) => this.ups.push(up))
  }

  get text(): string {
    return readable(this.#text)
  }

  clear(): void {
    this.#text = ''
  }
}
