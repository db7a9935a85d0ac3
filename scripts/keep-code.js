import { dirname, join } from 'node:path'

/** Runs the built program with the arguments, as bmcsim does, and at its end keeps the code that it needed. `build.js` starts it. */
const dist = join(dirname(import.meta.dirname), 'dist')
const { runKept } = await import('../dist/kept-code.js')
const { module, keep } = runKept(join(dist, 'program.cjs'))
process.on('exit', keep)
await module.exports.main()
