import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Lab, program, upLab } from '../support/bmcsim.ts'
import { run, start } from '../support/process.ts'
import { Screen, type ScreenOptions } from '../support/screen.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const withTmux = requireTool('tmux', 'tmux')
const runFolder = join(tempFolder(), 'run')
const bmcsim = `${process.execPath} ${program}`

describe.skipIf(!withTmux)('the progress, on a terminal', () => {
  let lab: Lab
  let screen: Screen

  beforeAll(async () => {
    lab = await upLab(
      `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
  bmc: { address: ${await unusedAddress()} }
  ready: { console: "this is never said", timeout: 60s }
nodes:
  slow[1-3]:
  quick[1-2]: { ready: { console: "log in as root" } }
  many[001-100]:
`,
      { env: { BMCSIM_RUN_DIR: runFolder } },
    )
    await lab.bmcsim('power', 'slow[1-2],quick[1-2],many[001-040]', 'on')
    await lab.bmcsim('wait', 'slow[1-2],quick[1-2],many[001-040]', '--for', 'console=log in as root')
  })
  afterAll(() => lab?.process.stop('SIGINT'))
  afterEach(() => screen?.close())

  async function open(options: Omit<ScreenOptions, 'env'> & { env?: Record<string, string> } = {}): Promise<void> {
    const folder = tempFolder()
    screen = await Screen.open(folder, { ...options, env: { BMCSIM_RUN_DIR: runFolder, ...options.env } })
    const script = `trap : INT; stty -a > before; sh -c 'echo $$ > pid; exec ${bmcsim} "$@"' . "$@"; s=$?; stty -a > after; { echo "<$s>"; echo over; } >&2\n`
    writeFileSync(join(folder, 'run'), script)
    await clear()
  }

  async function clear(): Promise<void> {
    const cleared = join(screen.folder, 'cleared')
    rmSync(cleared, { force: true })
    await screen.type('clear; : > cleared')
    // It may have looked empty before.
    await until('the screen to be cleared', () => existsSync(cleared))
    await screen.waitFor('an empty screen', /^prompt> $/)
  }

  /** Runs it, and says its status and its pid. */
  const wait = (args: string, variable = '') => screen.type(`${variable} sh run wait ${args}`.trim())
  const isOver = () => screen.waitFor('the end', /^over\n/m)
  const pid = () => Number(readFileSync(join(screen.folder, 'pid'), 'utf8'))
  const display =
    /slow1 +■■■□ +boot +\d+ s +console "this is never said": not said\n(.*slow2.*\n)?.*quick1 +good, ready after/

  /** As before it was started: modes, cursor, and no line of the display. */
  async function isRestored(end: string): Promise<void> {
    const file = (name: string) => readFileSync(join(screen.folder, name), 'utf8')
    expect(file('after')).toBe(file('before'))
    expect(await screen.cursorIsVisible()).toBe(true)
    expect(end).not.toMatch(/[■□✔✖⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/)
    expect(end.split('\n').at(-1)).toBe('prompt> ')
    expect(await screen.history()).toBe(end)
  }

  it('is a line a node that goes on by itself, and is gone at the end', async () => {
    await open()
    await wait('slow1,slow3,quick1 --timeout 60s')
    const first = await screen.waitFor(
      'a line for each node',
      /^[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] slow1 .*\n· slow3 +□□□□ +off +\d s.*\n✔ quick1 +good, ready after \d+\.\d s$/m,
    )
    await screen.waitFor('the spinner', (text) => /^. slow1/m.exec(text)?.[0] !== /^. slow1/m.exec(first)?.[0])
    await lab.bmcsim('power', 'slow3', 'on')
    await screen.waitFor('the next stage', /slow3 +■+□+ +(start|firmware|boot)/)
    await screen.key('C-c')
    await isOver()
    await lab.bmcsim('power', 'slow3', 'off')

    await clear()
    await wait('slow1,slow3,quick1 --timeout 1s')
    const end = await isOver()
    expect(end).toMatch(
      /\nslow1: not ready after \d+\.\d s, at stage boot; .*\nslow3: not .*\nquick1: good, .*\n<1>\nover\nprompt> $/,
    )
    await isRestored(end)
  })

  it('has colours, but not with NO_COLOR', async () => {
    await open()
    await wait('slow1,quick1 --timeout 60s')
    await screen.waitFor('the display', display)
    // As tmux writes it: green, and maybe the default background.
    expect((await screen.coloured()).replaceAll('\x1b[49m', '')).toContain('\x1b[32m✔')
    await screen.key('C-c')
    await isOver()
    await wait('slow1,quick1 --timeout 60s', 'clear; NO_COLOR=1')
    await screen.waitFor('the display', display)
    expect(await screen.coloured()).not.toContain('\x1b')
    await screen.key('C-c')
    await isOver()
  })

  it.each([
    ['Ctrl-C', () => screen.key('C-c'), '<1>'],
    ['SIGTERM', () => process.kill(pid(), 'SIGTERM'), '<1>'],
    ['SIGHUP', () => process.kill(pid(), 'SIGHUP'), '<1>'],
  ])('leaves the terminal as it was by %s', async (_, end, status) => {
    await open()
    await wait('slow[1-2],quick1 --timeout 60s')
    await screen.waitFor('the display', display)
    await end()
    const text = await isOver()
    expect(text).toContain(`not waiting any longer; the nodes go on\n${status}`)
    await isRestored(text)
  })

  it('leaves the terminal as it was by a mistake in bmcsim, whose last words are all there', async () => {
    await open()
    writeFileSync(
      join(screen.folder, 'mistake.cjs'),
      `process.on('SIGUSR2', () => { throw new Error('a mistake of the test') })`,
    )
    await screen.type('export NODE_OPTIONS="--require ./mistake.cjs"; clear')
    await wait('slow[1-2],quick1 --timeout 60s')
    await screen.waitFor('the display', display)
    process.kill(pid(), 'SIGUSR2')
    const text = await isOver()
    expect(text).toMatch(/mistake\.cjs:1\n(.*\n)*Error: a mistake of the test\n/)
    await isRestored(text)
  })

  it('changes nothing that kill -9 could leave behind but its last lines', async () => {
    await open()
    await wait('slow[1-2],quick1 --timeout 60s')
    await screen.waitFor('the display', display)
    process.kill(pid(), 'SIGKILL')
    await isOver()
    expect(readFileSync(join(screen.folder, 'after'), 'utf8')).toBe(readFileSync(join(screen.folder, 'before'), 'utf8'))
    expect(await screen.cursorIsVisible()).toBe(true)
  })

  it('follows the size of the terminal', async () => {
    await open({ columns: 110 })
    await screen.type('echo above')
    await wait('slow[1-2],quick1 --timeout 60s')
    await screen.waitFor('the display', display)
    // tmux breaks lines anew at once, but tells of a second change only a quarter of a second after the first.
    const settles = async () => {
      for (let i = 0; i < 5; i++) {
        const before = await screen.text()
        await screen.waitFor('another frame', (text) => text !== before)
      }
    }
    for (const columns of [50, 30, 18, 70, 110]) {
      await settles()
      await screen.resize(columns, 24)
      // The longest line is as long as this screen lets it be: it was drawn for it.
      await screen.waitFor(`a line a node in ${columns} columns`, (shown) => {
        const lines = shown.slice(shown.indexOf('slow1') - 2).split('\n')
        const all = ['slow1', 'slow2', 'quick1'].every((name, i) => lines[i]?.slice(2).startsWith(name))
        return (
          all && lines.length === 3 && shown.split('slow1').length === 2 && lines[0].length >= Math.min(65, columns - 3)
        )
      })
    }
    await settles()
    await screen.resize(110, 8)
    await screen.waitFor('what it was', /^. slow1 .*\n. slow2 .*\n. quick1 .*$/m)
    await screen.key('C-c')
    const end = await isOver()
    expect(end).not.toMatch(/[■□✔]/)
    expect(await screen.history()).toContain('\nabove\n')
  })

  it('counts a hundred nodes, and scrolls nothing', async () => {
    await open({ rows: 20, columns: 90 })
    await wait('all --timeout 60s')
    const text = await screen.waitFor('the counts', /^. 105 nodes: 61 off, 42 boot, 2 good +\d s$/m)
    expect(text.split('\n').filter((line) => /■|□/.test(line))).toHaveLength(5)
    await screen.key('C-c')
    await isRestored(await isOver())
    await clear()
    await wait('all --timeout 1s > result')
    await isRestored(await isOver())
    expect(readFileSync(join(screen.folder, 'result'), 'utf8').split('\n')).toHaveLength(106)
  })

  it.each(['TERM=dumb', 'CI=true'])('is plain lines with %s', async (line) => {
    await open()
    await wait('slow1,quick1 --timeout 1s', line)
    const text = await isOver()
    const [, ...lines] = text.split('\n')
    expect([...lines.slice(0, 2).sort(), ...lines.slice(2)]).toEqual([
      'quick1: ready',
      'slow1: boot',
      expect.stringMatching(/^slow1: not ready after \d+\.\d s/),
      expect.stringMatching(/^quick1: good, ready after \d+\.\d s$/),
      '<1>',
      'over',
      'prompt> ',
    ])
  })
})

describe('bmcsim up, while nodes come up', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  let folder: string
  let screen: Screen | undefined

  beforeEach(() => {
    folder = tempFolder()
  })
  afterEach(() => screen?.close())

  async function file(name: string): Promise<void> {
    writeFileSync(
      join(folder, name),
      `defaults:
  users: [{ name: admin, password: password }]
  machine: { kind: simulated, start: now }
  bmc: { address: ${await unusedAddress()} }
  ready: { console: "log in as root" }
nodes:
  quick:
  late: { ready: { console: "this is never said", timeout: 3s } }
  slow: { ready: { console: "this is never said", timeout: 60s } }
  bare: { machine: { start: off } }
`,
    )
  }

  it.skipIf(!withTmux)('shows them below what it prints, and leaves the last picture', async () => {
    await file('shown.yaml')
    screen = await Screen.open(folder, { columns: 110, rows: 30, env })
    await screen.type(`stty -a > before; clear; ${bmcsim} up shown.yaml --state shown; stty -a > after; echo over`)
    const first = await screen.waitFor(
      'the display below the table',
      /Ctrl-C stops everything\.\n⠋? ?. quick|^. slow +■/m,
    )
    expect(first).toMatch(/^NODE +BMC .*CONSOLE$/m)
    await screen.waitFor(
      'what came of two',
      /^✔ quick +good, ready after .*\n✖ late +not ready after .*\n. slow +■■■□ +boot/m,
    )
    const { stdout } = await run(process.execPath, [program, 'power', 'bare', 'on'], { env })
    expect(stdout).toBe('bare: on\n')
    await screen.waitFor(
      'the message above',
      /^bare: power on \(as asked\)\nbare: ready\n✔ quick.*\n✖ late.*\n. slow +■■■□/m,
    )
    await run(process.execPath, [program, 'power', 'slow', 'off'], { env })
    // Nothing is waited for any more: the picture stays, and what is printed later stands below.
    const end = await screen.waitFor(
      'the last picture',
      /^bare: power on \(as asked\)\nbare: ready\nslow: power off \(as asked\)\n✔ quick .*\n✖ late .*not said$/m,
    )
    expect(end.match(/quick +good/g)).toHaveLength(1)
    await run(process.execPath, [program, 'power', 'bare', 'off'], { env })
    await screen.waitFor('what comes later', /✖ late.*\nbare: power off \(as asked\)$/)
    await screen.key('C-c')
    await screen.waitFor('the end', /stopping shown\nover\nprompt> $/)
    expect(readFileSync(join(folder, 'after'), 'utf8')).toBe(readFileSync(join(folder, 'before'), 'utf8'))
    expect(await screen.cursorIsVisible()).toBe(true)
  })

  it.skipIf(!withTmux)('takes the display away by Ctrl-C and by a mistake of ours', async () => {
    await file('ended.yaml')
    writeFileSync(
      join(folder, 'mistake.cjs'),
      `process.on('SIGUSR2', () => { throw new Error('a mistake of the test') })`,
    )
    screen = await Screen.open(folder, { columns: 110, rows: 30, env })
    const up = `${process.execPath} -r ./mistake.cjs ${program} up ended.yaml --state ended`
    for (const end of ['C-c', 'mistake']) {
      await screen.type(`clear; sh -c 'echo $$ > pid; exec ${up}'; echo "<$?>"`)
      await screen.waitFor('the display', /^. slow +■■■□ +boot/m)
      if (end === 'C-c') await screen.key('C-c')
      else process.kill(Number(readFileSync(join(folder, 'pid'), 'utf8')), 'SIGUSR2')
      const text = await screen.waitFor('the end', /^<\d>\nprompt> $/m)
      expect(text).not.toMatch(/[■□✔✖]/)
      if (end === 'C-c') expect(text).toMatch(/Ctrl-C stops everything\.\n(\^C)?stopping ended\n<0>/)
      else
        expect(text).toMatch(/Ctrl-C stops everything\.\nbmcsim: a mistake of the test\n.*\n(.*\n)*stopping ended\n<1>/)
    }
  })

  it('is plain lines elsewhere: each step of those that are waited for', async () => {
    await file('plain.yaml')
    const lab = start(process.execPath, [program, 'up', 'plain.yaml', '--state', 'plain'], { env, cwd: folder })
    await lab.waitFor(/^late: not ready after .*\n/m)
    await lab.waitFor('quick: ready\n')
    for (const stage of ['start', 'firmware', 'boot']) expect(lab.stderr).toContain(`quick: ${stage}\n`)
    expect(lab.stderr.match(/^quick: ready$/gm)).toHaveLength(1)
    const [, seconds] =
      /^late: not ready after (\S+) s, at stage boot; missing: console "this is never said": not said$/m.exec(
        lab.stderr,
      ) ?? []
    expect(Number(seconds)).toBeGreaterThanOrEqual(3)
    expect(lab.stdout).not.toContain('quick: ')
    await run(process.execPath, [program, 'power', 'quick', 'cycle', '--state', 'plain'], { env, cwd: folder })
    await until('the second ready', () => lab.stderr.match(/^quick: ready$/gm)?.length === 2)
    expect(await lab.stop('SIGINT')).toBe(0)
  })
})
