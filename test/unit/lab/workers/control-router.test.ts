import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { BmcError, SetupError } from '../../../../src/base/errors.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { ask, ControlError, joinConsole, openCapture } from '../../../../src/lab/control-client.ts'
import { ControlRouter } from '../../../../src/lab/workers/control-router.ts'
import { tempFolder } from '../../../support/temp-folder.ts'
import { until } from '../../../support/until.ts'

/** A worker's control socket that says what it was asked; the real one is in `test/app/workers.test.ts`. */
const answers: RequestListener = (request, response) => {
  if (request.url?.includes('/capture')) {
    response.write('first')
    request.socket.on('close', () => closed.push('capture'))
    return
  }
  let body = ''
  request.on('data', (chunk) => {
    body += chunk
  })
  request.on('end', () => {
    response.writeHead(request.url?.endsWith('/busy') ? 503 : 200, { 'Content-Type': 'application/json' })
    response.end(JSON.stringify({ asked: [request.method, request.url, body], error: 'later' }))
  })
}

let closed: string[] = []
let worker: Server
let router: ControlRouter
let path: string
let downs = 0
let status: () => Promise<[]>

beforeEach(async () => {
  closed = []
  downs = 0
  status = () => Promise.resolve([])
  const folder = tempFolder()
  const workerSocket = join(folder, 'worker-1.sock')
  worker = createServer(answers)
  worker.on('upgrade', (request, socket) => {
    if (request.url?.includes('/mute/')) {
      socket.end('HTTP/1.1 502 Refused\r\nContent-Length: 25\r\n\r\n{"error":"it has no mouth"}'.replace('25', '27'))
      return
    }
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: bmcsim-console\r\n\r\n')
    socket.write(`${request.url} `)
    socket.on('data', (bytes) => socket.write(bytes.toString().toUpperCase()))
    socket.on('end', () => socket.end())
    socket.on('close', () => closed.push('console'))
  })
  worker.listen(workerSocket)
  await once(worker, 'listening')
  router = new ControlRouter({
    workers: {
      status: () => status(),
      digest: () => ({ networks: 'x', seeds: '', redfish: '', nodes: [] }),
      controlSocketOf(node) {
        if (node === 'nobody') throw new BmcError('not-found', 'no node nobody')
        return node === 'lost' ? join(folder, 'gone.sock') : workerSocket
      },
    },
    log: silentLogger,
    down: () => {
      downs++
    },
  })
  path = join(folder, 'control.sock')
  await router.listen(path)
})
afterEach(() => {
  router.close()
  worker.close()
  worker.closeAllConnections()
})

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: unknown) => (error instanceof ControlError ? `${error.status} ${error.message}` : error),
  )

describe('the control socket of a lab over workers', () => {
  it('hands a request on to the worker that has the node, and the answer back', async () => {
    const asked = await ask(path, 'POST', '/nodes/cn%2001/power?x=1', { action: 'on' })
    expect(asked).toMatchObject({ asked: ['POST', '/nodes/cn%2001/power?x=1', '{"action":"on"}'] })
    expect(await failure(ask(path, 'GET', '/nodes/cn01/busy'))).toBe('503 later')
  })

  it('answers for all nodes, and for down, itself', async () => {
    expect(await ask(path, 'GET', '/nodes')).toEqual([])
    expect(await ask(path, 'GET', '/digest')).toEqual({ networks: 'x', seeds: '', redfish: '', nodes: [] })
    expect(await ask(path, 'POST', '/down')).toEqual({ pid: process.pid })
    await until('the end to be asked for', () => downs === 1)
    status = () => Promise.reject(new SetupError('worker 1 has ended'))
    expect(await failure(ask(path, 'GET', '/nodes'))).toBe('502 worker 1 has ended')
  })

  it.each([
    ['GET', '/nodes/nobody', '404 no node nobody'],
    ['GET', '/nodes/lost', '502 the worker that has this node is gone'],
    ['POST', '/nodes', '405 only GET here'],
    ['GET', '/', '404 no such resource'],
    ['GET', '/nodes/%', '400 not a path'],
  ] as const)('%s %s is %s', async (method, url, expected) => {
    expect(await failure(ask(path, method, url))).toBe(expected)
  })

  it('joins a console both ways, and each end sees the other leave', async () => {
    const socket = await joinConsole(path, 'cn01', false)
    let seen = ''
    socket.on('data', (bytes) => {
      seen += bytes
    })
    socket.write('abc')
    await until('the answer', () => seen === '/nodes/cn01/console?backlog=0 ABC')
    socket.end()
    await once(socket, 'close')
    await until('the end at the worker', () => closed.includes('console'))

    const cut = await joinConsole(path, 'cn01', true)
    worker.close()
    router.close()
    await once(cut.resume(), 'close')
  })

  it('says what a worker says to a console that it refuses', async () => {
    expect(await failure(joinConsole(path, 'mute', true))).toBe('502 it has no mouth')
    expect(await failure(joinConsole(path, 'nobody', true))).toBe('404 no node nobody')
  })

  it('gives an answer that grows as it comes, and lets go of the worker with its reader', async () => {
    const capture = await openCapture(path, 'cn01', {})
    const [bytes] = await once(capture, 'data')
    expect(bytes.toString()).toBe('first')
    capture.destroy()
    await until('the end at the worker', () => closed.includes('capture'))
  })
})
