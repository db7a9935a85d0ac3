import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { rolldown } from 'rolldown'
import { licencesOf } from './third-party-licences.js'
import { runTrainingLab } from './training-lab.js'

/**
 * Makes dist/ of src/ (docs/decisions/0007-few-files.md). Permissive packages become part of it, with their licences beside; what
 * may be missing, is rarely wanted or is AGPL-3.0 (telnet-stream) stays a package of its own.
 */
const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')
const staysOutside = [/^node:/, 'net-snmp', 'node-pty', 'telnet-stream']

/** One letter beyond ASCII makes V8 keep and read a whole file in two bytes a letter. */
const onlyAscii = {
  name: 'only-ascii',
  generateBundle(_options, output) {
    for (const part of Object.values(output)) {
      if (part.type === 'chunk') part.code = part.code.replace(/[^\0-\x7f]/g, escaped)
    }
  },
}

/** Packages that a start does not need, each a file of its own that is loaded with the first client. */
const laterFiles = new Map([
  ['src/web/fastify.ts', 'fastify.cjs'],
  ['src/web/x509.ts', 'x509.cjs'],
])

/** abstract-logging has no licence text that could be passed on. What Fastify wants of it without a logger is this. */
const silentLogging = {
  name: 'silent-logging',
  resolveId: (source) => (source === 'abstract-logging' ? '\0silent-logging' : undefined),
  load: (id) =>
    id === '\0silent-logging'
      ? `module.exports = Object.fromEntries(['fatal', 'error', 'warn', 'info', 'debug', 'trace'].map((level) => [level, () => {}]))`
      : undefined,
}

const later = {
  name: 'later',
  resolveId(source, importer) {
    const path = importer && relative(root, resolve(dirname(importer), source))
    const file = path && laterFiles.get(path)
    return file ? { id: `./${file}`, external: true } : undefined
  },
}

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Makes one file of `source` and all that it imports; returns the paths of these. */
async function bundle(source, file, format = 'esm') {
  const made = await rolldown({
    cwd: root,
    input: source,
    platform: 'node',
    external: staysOutside,
    tsconfig: 'tsconfig.json',
    plugins: [later, silentLogging, onlyAscii],
  })
  const { output } = await made.write({
    file: join(dist, file),
    format,
    strict: true,
    // Node 20 fails in an import() of code that was kept.
    dynamicImportInCjs: false,
    codeSplitting: false,
    comments: { legal: true, annotation: false, jsdoc: false },
  })
  await made.close()
  return output[0].moduleIds
}

/** A module of ours that only the build runs. */
async function imported(source, file) {
  await bundle(source, file)
  return import(join(dist, file))
}

rmSync(dist, { recursive: true, force: true })
await bundle('src/main.ts', 'main.js')
await bundle('src/net/namespace-socket-giver.ts', 'namespace-socket-giver.js')
await bundle('src/net/listener-giver.ts', 'listener-giver.js')
await bundle('src/net/host-relay.ts', 'host-relay.js')
const modules = await bundle('src/cli/main.ts', 'program.cjs', 'cjs')
for (const [source, file] of laterFiles) modules.push(...(await bundle(source, file, 'cjs')))
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(modules))

const { compilePersonalities } = await imported('src/config/personality/compile.ts', 'compile.js')
compilePersonalities(join(dist, 'personalities'))

// What a start needs is compiled for this very Node, which `npm start` then uses; another Node does without.
await bundle('src/base/kept-code.ts', 'kept-code.js')
const wrong = await runTrainingLab(join(root, 'scripts/keep-code.js'))
if (wrong !== undefined)
  console.error(`bmcsim starts slower than it could, since no BMC started in the build: ${wrong}`)
for (const file of ['compile.js', 'kept-code.js']) rmSync(join(dist, file))
