// Loaded into a child before all else (NODE_OPTIONS=--require=...): SIGUSR2 makes it collect its garbage and write what is left, in bytes, to
// the file that HEAP_FILE names.
const { renameSync, writeFileSync } = require('node:fs')
const { setFlagsFromString } = require('node:v8')
const { runInNewContext } = require('node:vm')

const { HEAP_FILE } = process.env
if (HEAP_FILE !== undefined) {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc')
  process.on('SIGUSR2', () => {
    collect()
    // What finalizers let go of.
    setImmediate(() => {
      collect()
      const { heapUsed, external } = process.memoryUsage()
      writeFileSync(`${HEAP_FILE}.new`, String(heapUsed + external))
      renameSync(`${HEAP_FILE}.new`, HEAP_FILE)
    })
  })
}
