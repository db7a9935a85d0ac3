import { spawn } from 'node:child_process'
import { Socket } from 'node:dgram'
import { Server } from 'node:net'
import { join } from 'node:path'
import { packageFolder } from '../base/package-folder.ts'

/** Starting Node takes a tenth of a second, on a machine that is busy some. */
const TIMEOUT_MS = 20_000
/** Built as files of their own. */
const udpGiver = join(packageFolder, 'dist', 'namespace-socket-giver.js')
const tcpGiver = join(packageFolder, 'dist', 'listener-giver.js')

/**
 * Opens a UDP socket in another network namespace. A socket stays where it was made, whoever has it then: so a short-lived
 * process makes it there, hands it over (SCM_RIGHTS, by Node's own channel between parent and child) and ends. No
 * packet takes a way round, and this process never leaves its namespace. Rejects with the system's own error.
 */
export function socketIn(namespace: string, address: string, port: number): Promise<Socket> {
  return handedFrom(namespace, udpGiver, address, port, (handed) => (handed instanceof Socket ? handed : undefined))
}

/** The same for a TCP port that is listened on. */
export function listenerIn(namespace: string, address: string, port: number): Promise<Server> {
  return handedFrom(namespace, tcpGiver, address, port, (handed) => (handed instanceof Server ? handed : undefined))
}

function handedFrom<T>(
  namespace: string,
  program: string,
  address: string,
  port: number,
  take: (handed: unknown) => T | undefined,
): Promise<T> {
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
      const taken = take(handed)
      if (taken !== undefined) resolve(taken)
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
