import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import Module, { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { Script } from 'node:vm'

/**
 * To compile a program is most of its start, and V8 can keep the result in a file. It looks itself whether that was made by
 * the same V8 with the same flags, from a text of the same length; what it refuses, it compiles.
 */
export function hasKeptCode(path: string): boolean {
  return existsSync(keptFile(path))
}

/**
 * Runs a CommonJS file (of ASCII only: one byte a letter) like `require`, with its kept code where there is some. It must have no
 * import(): Node 20 knows no way to go from kept code to the loader of modules.
 */
export function runKept(path: string): { readonly module: Module; keep(): void } {
  const script = new Script(wrapped(path), {
    filename: path,
    cachedData: hasKeptCode(path) ? readFileSync(keptFile(path)) : undefined,
  })
  const module = new Module(path)
  script.runInThisContext()(module.exports, createRequire(path), module, path, dirname(path))
  return {
    module,
    /** Keeps the code of all functions that have run by now. */
    keep: () => writeFileSync(keptFile(path), script.createCachedData()),
  }
}

const HEAD = '(function (exports, require, module, __filename, __dirname) {'
const TAIL = '\n})'

/** The text in its wrapper, in one piece: V8 would copy the whole of one that was put together. */
function wrapped(path: string): string {
  const file = openSync(path, 'r')
  try {
    const size = fstatSync(file).size
    const whole = Buffer.allocUnsafe(HEAD.length + size + TAIL.length)
    const end = whole.write(HEAD, 0, 'latin1') + size
    for (let at = HEAD.length; at < end; ) {
      const read = readSync(file, whole, at, end - at, null)
      if (read === 0) throw new Error(`${path} became shorter while it was read`)
      at += read
    }
    whole.write(TAIL, end, 'latin1')
    return whole.toString('latin1')
  } finally {
    closeSync(file)
  }
}

/** Another V8 looks for another file, and does not read this one in vain. */
function keptFile(path: string): string {
  return `${path}.${process.versions.v8}-${process.arch}.code`
}
