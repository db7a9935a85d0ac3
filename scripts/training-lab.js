import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const WAIT_MS = 20_000

/** Starts one BMC on 127.0.0.1 by `script`, and ends it when it answers. Returns what was wrong, or undefined. */
export async function runTrainingLab(script) {
  const folder = mkdtempSync(join(tmpdir(), 'bmcsim-build-'))
  try {
    const [lab, ready] = [join(folder, 'lab.yaml'), join(folder, 'ready')]
    writeFileSync(lab, labFile(await freePort()))
    const args = [script, 'up', lab, '--state', join(folder, 'state'), '--ready-file', ready]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, BMCSIM_RUN_DIR: folder },
    })
    let words = ''
    child.stderr.setEncoding('utf8').on('data', (text) => {
      words += text
    })
    const ended = once(child, 'exit')
    for (let waited = 0; !existsSync(ready) && child.exitCode === null && waited < WAIT_MS; waited += 5) await sleep(5)
    const answered = existsSync(ready)
    child.kill(answered ? 'SIGTERM' : 'SIGKILL')
    await ended
    return answered ? undefined : words.trim() || 'it did not answer in time'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function labFile(port) {
  return `defaults:
  users: [{ name: admin, password: password }]
  machine: simulated
nodes:
  cn01: { bmc: { address: 127.0.0.1, port: ${port} } }
`
}

async function freePort() {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise((resolve) => socket.close(resolve))
  return port
}
