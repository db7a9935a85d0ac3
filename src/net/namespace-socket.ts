import { spawn } from 'node:child_process'
import { Socket } from 'node:dgram'
import { join } from 'node:path'
import { packageFolder } from '../base/package-folder.ts'

/** Starting Node takes a tenth of a second, on a machine that is busy some. */
const TIMEOUT_MS = 20_000
/** Built as a file of its own. */
const program = join(packageFolder, 'dist', 'namespace-socket-giver.js')

/**
 * Opens a UDP socket in another network namespace. A socket stays where it was made, whoever has it then: so a short-lived
 * process makes it there, hands it over (SCM_RIGHTS, by Node's own channel between parent and child) and ends. No
 * packet takes a way round, and this process never leaves its namespace. Rejects with the system's own error.
 */
export function socketIn(namespace: string, address: string, port: number): Promise<Socket> {
  const args = ['netns', 'exec', namespace, process.execPath, program, address, String(port)]
  const giver = spawn('ip', args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    timeout: TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: { PATH: process.env.PATH },
  })
  let words = ''
  giver.stderr?.setEncoding('utf8').on('data', (text: string) => {
    words += text
  })
  return new Promise((resolve, reject) => {
    giver.once('error', reject)
    giver.on('message', (message, handed) => {
      if (handed instanceof Socket) resolve(handed)
      else reject(refusalIn(message))
    })
    giver.once('close', (code) => {
      reject(new Error(`no socket from the network namespace ${namespace} (${code}): ${words.trim().slice(-500)}`))
    })
  })
}

/** The system's error, as the other process saw it. */
function refusalIn(message: unknown): Error {
  const facts = new Map<string, unknown>(typeof message === 'object' && message !== null ? Object.entries(message) : [])
  return Object.assign(new Error(String(facts.get('message'))), { code: facts.get('code') })
}
