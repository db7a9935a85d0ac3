import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { type Finished, run } from '../support/process.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { unusedAddress } from '../support/unused-address.ts'

const root = join(import.meta.dirname, '../..')

/** What `npm pack` makes, installed as a user would install it, on a machine without a compiler (no node-pty). */
describe('the published package', () => {
  const prefix = tempFolder()
  const installed = join(prefix, 'lib/node_modules/bmcsim')
  let packed: readonly string[]

  beforeAll(async () => {
    const pack = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', prefix], { cwd: root })
    const [{ filename, files }] = JSON.parse(pack.stdout)
    packed = files.map(({ path }: { path: string }) => path)
    const install = await run(
      'npm',
      ['install', '-g', '--no-audit', '--no-fund', '--prefix', prefix, join(prefix, filename)],
      // A compiler that always fails is as good as none.
      { cwd: prefix, timeoutMs: 360_000, env: { CC: 'false', CXX: 'false' } },
    )
    if (install.code !== 0) throw new Error(`npm install -g failed:\n${install.stdout}${install.stderr}`)
  }, 400_000)

  const installedBmcsim = (...args: string[]): Promise<Finished> =>
    run(join(prefix, 'bin/bmcsim'), args, { cwd: prefix })

  it('holds the built program, the nodes and the papers, and nothing else', () => {
    expect(packed).toEqual(
      expect.arrayContaining([
        'dist/main.js',
        'dist/program.cjs',
        'dist/namespace-socket-giver.js',
        'dist/personalities/generic.json',
        'dist/THIRD-PARTY-LICENSES.txt',
        'nodes/demo.yaml',
        'package.json',
        'README.md',
        'LICENSE',
      ]),
    )
    const strangers = packed.filter(
      (path) => !/^(dist|nodes|docs)\/|^(package\.json|README\.md|LICENSE|CHANGELOG\.md)$/.test(path),
    )
    expect(strangers).toEqual([])
    // Nor V8's code, which nobody could read.
    expect(packed.filter((path) => /\.ts$|\.test\.|\.code$/.test(path))).toEqual([])
  })

  it('holds none of the code of telnet-stream, which is AGPL-3.0: npm fetches that as a package of its own', () => {
    const theirs = linesOf(join(root, 'node_modules/telnet-stream/lib'), ['.js'])
    expect(theirs.size).toBeGreaterThan(20)
    const ours = linesOf(join(installed, 'dist'), ['.js', '.cjs'])
    expect([...ours].filter((line) => theirs.has(line))).toEqual([])
    // Of a package that is bundled the same comparison finds much.
    const bundled = linesOf(join(root, 'node_modules/commander/lib'), ['.js'])
    expect([...ours].filter((line) => bundled.has(line)).length).toBeGreaterThan(200)
    expect(readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')).not.toMatch(/telnet-stream|AFFERO/i)
    expect(packed.filter((path) => path.includes('telnet-stream') && !path.startsWith('docs/'))).toEqual([])
    const { bundleDependencies, bundledDependencies } = JSON.parse(
      readFileSync(join(installed, 'package.json'), 'utf8'),
    )
    expect([bundleDependencies, bundledDependencies]).toEqual([undefined, undefined])
  })

  it('has no import() in the program, which fails in code that V8 kept', () => {
    expect(readFileSync(join(installed, 'dist/program.cjs'), 'utf8')).not.toMatch(/\bimport\(/)
  })

  it('passes on the licence of every package that it has parts of', () => {
    const text = readFileSync(join(installed, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8')
    for (const name of ['@noble/hashes', 'chokidar', 'commander', 'pino', 'readdirp', 'sonic-boom', 'yaml', 'zod']) {
      const folder = join(root, 'node_modules', name)
      const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
      expect(text).toContain(`\n${name} ${version} (`)
      expect(text).toContain(readFileSync(join(folder, 'LICENSE'), 'utf8').trim())
      expect(existsSync(join(installed, 'node_modules', name))).toBe(false)
    }
  })

  it('runs without node-pty', async () => {
    expect(existsSync(join(installed, 'node_modules/node-pty'))).toBe(false)
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(await installedBmcsim('--version')).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' })
    const commands = await installedBmcsim('commands')
    expect(commands).toMatchObject({ code: 0, stderr: '' })
    expect(commands.stdout).toContain('Get Device ID')
    expect((await installedBmcsim('--help')).stdout).toContain('bmcsim up')
  })

  it('says what to do where node-pty is needed', async () => {
    const lab = join(prefix, 'pty.yaml')
    writeFileSync(
      lab,
      `nodes: { cn01: { bmc: { address: ${await unusedAddress()} }, machine: { kind: simulated }, console: 'pty:${prefix}/tty', users: [{ name: admin, password: password, privilege: admin }] } }`,
    )
    const up = await installedBmcsim('up', lab, '--state', join(prefix, 'state'))
    expect(up).toMatchObject({ code: 1, stdout: '' })
    expect(up.stderr).toMatch(/^bmcsim: [^\n]*node-pty[^\n]*npm install node-pty[^\n]*\n$/)
  })
})

/** The lines that are long enough to be somebody's work, whichever way their quotes and ends were printed. */
function linesOf(folder: string, endings: readonly string[]): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    endings.some((ending) => name.endsWith(ending)),
  )
  return new Set(
    files
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .map((line) => line.replace(/["'`;,\s]/g, ''))
      .filter((line) => line.length > 24),
  )
}
