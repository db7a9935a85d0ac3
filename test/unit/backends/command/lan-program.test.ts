import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, test } from 'vitest'
import { createLanProgram, type LanProgramName } from '../../../../src/backends/command/lan-program.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

let folder: string

beforeEach(() => {
  folder = tempFolder()
})

/** A program that notes each call, an argument a line, before it does `lines`. */
function program(...lines: string[]) {
  const text = ['printf "[%s]" "$@" >> calls', 'echo >> calls', ...lines, ''].join('\n')
  writeFileSync(join(folder, 'lan'), text, { mode: 0o755 })
  return { program: './lan br0', cwd: folder, log: silentLogger }
}

const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trimEnd().split('\n')
const value = (name: LanProgramName, text: string) => new Map([[name, text]])

describe('get', () => {
  test('reads NAME:VALUE lines among others', async () => {
    const lan = createLanProgram(
      program('echo "hello: world"', 'echo "ip_addr:  10.0.0.5 "', 'echo "mac_addr:52:54:00:00:00:01"'),
    )
    expect(await lan.get(['mac_addr', 'ip_addr'])).toEqual(
      new Map([
        ['mac_addr', '52:54:00:00:00:01'],
        ['ip_addr', '10.0.0.5'],
      ]),
    )
    expect(calls()).toEqual(['[br0][get][mac_addr][ip_addr]'])
  })

  test('fails without a line for a name, and says what was printed', async () => {
    const lan = createLanProgram(program('echo "Unknown parameter: ip_addr"'))
    await expect(lan.get(['ip_addr'])).rejects.toMatchObject({
      reason: 'wrong-state',
      message: expect.stringContaining('Unknown parameter: ip_addr'),
    })
  })

  test('prefers stdout for the reason of a failure, then stderr', async () => {
    await expect(createLanProgram(program('echo out', 'echo err >&2', 'exit 2')).get(['ip_addr'])).rejects.toThrow(
      'status 2: out',
    )
    await expect(createLanProgram(program('echo err >&2', 'exit 2')).get(['ip_addr'])).rejects.toThrow('status 2: err')
  })
})

test('check that fails is an invalid field', async () => {
  const lan = createLanProgram(program('echo no such source', 'exit 1'))
  await expect(lan.check('ip_addr_src', 'dhcp')).rejects.toMatchObject({
    reason: 'invalid-field',
    message: expect.stringContaining('no such source'),
  })
  expect(calls()).toEqual(['[br0][check][ip_addr_src][dhcp]'])
})

test('set is one call for all, and values are not shell text', async () => {
  const lan = createLanProgram(program())
  await lan.set(
    new Map<LanProgramName, string>([
      ['ip_addr', `"; touch hacked; $(touch hacked) \`touch hacked\` 'x`],
      ['subnet_mask', '255.0.0.0'],
    ]),
  )
  expect(calls()).toEqual([
    `[br0][set][ip_addr]["; touch hacked; $(touch hacked) \`touch hacked\` 'x][subnet_mask][255.0.0.0]`,
  ])
  expect(() => readFileSync(join(folder, 'hacked'))).toThrow()
})

test('a value that no argument can hold is an invalid field', async () => {
  await expect(createLanProgram(program()).set(value('ip_addr', 'a\0b'))).rejects.toMatchObject({
    reason: 'invalid-field',
  })
})

test('calls wait for each other, and one that fails does not stop the next', async () => {
  const lan = createLanProgram(program('[ "$2" = check ] && sleep 0.2 && echo done >> calls && exit 1', 'exit 0'))
  const first = expect(lan.check('ip_addr', '1.2.3.4')).rejects.toThrow()
  await lan.set(value('ip_addr', '1.2.3.4'))
  await first
  expect(calls()).toEqual(['[br0][check][ip_addr][1.2.3.4]', 'done', '[br0][set][ip_addr][1.2.3.4]'])
})

test('a program that hangs is ended with everything it started, and is a timeout', async () => {
  const clock = new FakeClock()
  const lan = createLanProgram({ ...program('sleep 100 & echo $! > pid', 'wait'), clock })
  const refused = expect(lan.get(['ip_addr'])).rejects.toMatchObject({ reason: 'timeout' })
  const pid = Number(await until('the program to run', () => read('pid')))
  clock.advance(10_000)
  await refused
  await until('its child to end', () => !/^\d+ \(sleep\) [^Z]/.test(read(`/proc/${pid}/stat`) ?? ''))
})

test('what it leaves in the background does not hold up the answer', async () => {
  const lan = createLanProgram(program('echo ip_addr:1.2.3.4', 'sleep 2 &'))
  const answer = await Promise.race([lan.get(['ip_addr']), new Promise((resolve) => setTimeout(resolve, 1500))])
  expect(answer).toEqual(value('ip_addr', '1.2.3.4'))
})

test('one that babbles is stopped', async () => {
  const lan = createLanProgram(program('while :; do echo "ip_addr:1.2.3.4"; done'))
  await expect(lan.get(['ip_addr'])).rejects.toThrow('16384 bytes')
})

test('much noise on stderr is no harm', async () => {
  const lan = createLanProgram(
    program('i=0; while [ $i -lt 5000 ]; do echo "+ a trace line" >&2; i=$((i+1)); done', 'echo ip_addr:1.2.3.4'),
  )
  expect(await lan.get(['ip_addr'])).toEqual(value('ip_addr', '1.2.3.4'))
})

test('one that is not there says so', async () => {
  const lan = createLanProgram({ program: './nowhere', cwd: folder, log: silentLogger })
  await expect(lan.get(['ip_addr'])).rejects.toThrow(/status 127: .*nowhere/)
})

function read(path: string): string | undefined {
  try {
    return readFileSync(path.startsWith('/') ? path : join(folder, path), 'utf8').trim() || undefined
  } catch {
    return undefined
  }
}
