import { rmSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { rolldown } from 'rolldown'
import { licencesOf } from './third-party-licences.js'

/**
 * Makes dist/ of src/: few files, since Node needs about a millisecond for each. Permissive packages become part of them, with
 * their licences beside; what may be missing, is rarely wanted or is AGPL-3.0 (telnet-stream) stays a package of its own.
 */
const root = dirname(import.meta.dirname)
const dist = join(root, 'dist')
const staysOutside = [/^node:/, 'net-snmp', 'node-pty', 'telnet-stream']

/** A stack trace names a line of dist/: above it stands which file of src/ it is from. */
const namedParts = {
  name: 'named-parts',
  transform: (code, id) =>
    id.startsWith(join(root, 'src')) && !code.startsWith('#!') ? `//! ${relative(root, id)}\n${code}` : undefined,
}

/** One letter beyond ASCII makes V8 keep and read a whole file in two bytes a letter. */
const onlyAscii = {
  name: 'only-ascii',
  generateBundle(_options, output) {
    for (const part of Object.values(output)) {
      if (part.type === 'chunk') part.code = part.code.replace(/[^\0-\x7f]/g, escaped)
    }
  },
}

function escaped(unit) {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
}

/** Bundles `input` (files of src/ by the names of their files in dist/); the paths of all modules. */
async function bundled(input, { cleanDir, plugins }) {
  const bundle = await rolldown({
    cwd: root,
    input,
    platform: 'node',
    external: staysOutside,
    tsconfig: 'tsconfig.json',
    plugins,
  })
  const { output } = await bundle.write({
    dir: dist,
    cleanDir,
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'part-[name].js',
    comments: { legal: true, annotation: false, jsdoc: false },
  })
  await bundle.close()
  return output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []))
}

const modules = await bundled(
  { main: 'src/main.ts', 'namespace-socket-giver': 'src/net/namespace-socket-giver.ts' },
  { cleanDir: true, plugins: [namedParts, onlyAscii] },
)
writeFileSync(join(dist, 'THIRD-PARTY-LICENSES.txt'), licencesOf(modules))

// By the real reader, which needs nothing of what was built.
await bundled({ compile: 'src/config/personality/compile.ts' }, { cleanDir: false })
const { compilePersonalities } = await import('../dist/compile.js')
rmSync(join(dist, 'compile.js'))
compilePersonalities(join(dist, 'personalities'))
