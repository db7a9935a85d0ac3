import { describe, expect, it } from 'vitest'
import { SerialLine } from '../../../../src/backends/qemu/serial-line.ts'
import { openSetup } from '../../../../src/backends/qemu/setup-key.ts'
import { SimulatedConsole } from '../../../../src/machine/simulated-console.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

/** A port of one QEMU process, and what was typed into it. */
function port() {
  const typed: number[] = []
  const console = new SimulatedConsole((bytes) => typed.push(...bytes))
  console.setUp(true)
  return { console, typed }
}

function listened() {
  const line = new SerialLine()
  const [ups, text]: [boolean[], string[]] = [[], []]
  line.onUp((up) => ups.push(up))
  line.onData((bytes) => text.push(Buffer.from(bytes).toString()))
  return { line, ups, text }
}

describe('the serial line of a QEMU machine', () => {
  it('is one port over many processes', () => {
    const { line, ups, text } = listened()
    const [first, second] = [port(), port()]
    expect(line.write(Uint8Array.of(1))).toBe(0)
    line.attach(first.console)
    first.console.print('one')
    line.detach()
    first.console.print('lost')
    line.attach(second.console)
    second.console.print('two')
    expect(line.write(Uint8Array.of(7, 8))).toBe(2)
    expect(second.typed).toEqual([7, 8])
    expect(text).toEqual(['one', 'two'])
    expect(ups).toEqual([true, false, true])
  })

  it('holds a new port back while its reader pauses', () => {
    const { line, text } = listened()
    const { console } = port()
    line.pause()
    line.attach(console)
    console.print('held')
    expect(text).toEqual([])
    line.resume()
    expect(text).toEqual(['held'])
  })

  it('waits for up and for down, but no longer than it is told', async () => {
    const { line } = listened()
    const clock = new FakeClock()
    const [inTime, late] = [line.reaches(true, clock, 200), line.reaches(true, clock, 100)]
    clock.advance(100)
    line.attach(port().console)
    await expect(late).resolves.toBe(false)
    await expect(inTime).resolves.toBe(true)
    await expect(line.reaches(true, clock, 0)).resolves.toBe(true)
    expect(clock.waiting).toBe(0)
  })
})

describe('the key for the boot menu', () => {
  it('is pressed once, however the prompt is cut', () => {
    const { console, typed } = port()
    openSetup(console, 'bios')
    for (const letter of 'noise Press ESC for boot menu.\r\nPress ESC for boot menu.') console.print(letter)
    expect(typed).toEqual([0x1b])
  })

  it('is pressed for UEFI each time that it has set up its console, however that is cut', () => {
    const { console, typed } = port()
    openSetup(console, 'uefi')
    const setUp = '\x1b[2J\x1b[01;01H\x1b[=3h\x1b[2J\x1b[01;01H'
    for (const letter of setUp) console.print(letter)
    expect(typed).toEqual([0x1b])
    console.print(`${setUp}${setUp}`)
    expect(typed).toEqual([0x1b, 0x1b])
  })

  it('is not pressed any more once given up', () => {
    const { console, typed } = port()
    openSetup(console, 'bios')()
    console.print('Press ESC for boot menu')
    expect(typed).toEqual([])
  })
})
