import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { HttpDoor } from '../../../../src/app/http/http-door.ts'
import { NodeShelves, type Served } from '../../../../src/app/http/node-shelf.ts'
import { silentLogger } from '../../../../src/base/logger.ts'
import { FakeClock } from '../../../support/fake-clock.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

interface Response {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: string
}

const folder = tempFolder()
const root = join(folder, 'root')
const clock = new FakeClock()

describe('the HTTP server of a network', () => {
  const shelves = new NodeShelves(clock)
  const text = (content: string): Served => ({ kind: 'text', text: content })
  const door = new HttpDoor(
    { network: 'lan', files: new Map([['boot.ipxe', text('#!ipxe\n')]]), folder: root },
    { shelves, log: silentLogger },
  )
  let port: number

  /** The path goes out as it is written here: no client has tidied it up before. */
  const ask = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
    new Promise<Response>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
        let body = ''
        response.setEncoding('latin1').on('data', (chunk: string) => {
          body += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
      })
        .on('error', reject)
        .end()
    })

  beforeAll(async () => {
    mkdirSync(join(root, 'sub'), { recursive: true })
    writeFileSync(join(folder, 'secret'), 'not for you')
    writeFileSync(join(folder, '.kernel #1'), '0123456789'.repeat(1000))
    writeFileSync(join(root, 'sub', 'a file'), 'of the folder')
    writeFileSync(join(root, '.hidden'), 'not for you')
    writeFileSync(join(root, 'empty'), '')
    symlinkSync(join(folder, 'secret'), join(root, 'link'))
    const kernel: Served = { kind: 'file', path: join(folder, '.kernel #1') }
    const gone: Served = { kind: 'file', path: join(folder, 'gone') }
    shelves.serve('cn1', ['cn1', '52:54:00:00:00:0a'], {
      purpose: 'boot',
      network: 'lan',
      files: new Map([
        ['boot.ipxe', text('one')],
        ['kernel', kernel],
        ['gone', gone],
      ]),
    })
    shelves.serve('cn1', ['cn1', '52:54:00:00:00:0b'], {
      purpose: 'boot',
      network: 'other',
      files: new Map([['boot.ipxe', text('other')]]),
    })
    shelves.serve('cn1', ['cn1'], { purpose: 'seed', files: new Map([['user-data', text('seed')]]) })
    port = await door.listen({ host: '127.0.0.1', port: 0 })
  })
  afterAll(() => door.close())

  it('has what is every node’s, and what is one node’s own on this network', async () => {
    expect(await ask('/boot.ipxe')).toMatchObject({ status: 200, body: '#!ipxe\n' })
    expect(await ask('/cn1/boot.ipxe')).toMatchObject({ status: 200, body: 'one' })
    expect(await ask('/52-54-00-00-00-0a/boot.ipxe?x=1')).toMatchObject({ status: 200, body: 'one' })
    expect(await ask('/cn1/user-data')).toMatchObject({ status: 200, body: 'seed' })
    expect((await ask('/52:54:00:00:00:0b/boot.ipxe')).status).toBe(404)
    expect((await ask('/cn2/boot.ipxe')).status).toBe(404)
  })

  it('has files of any name, whole and in parts', async () => {
    const whole = await ask('/cn1/kernel')
    expect([whole.status, whole.body.length, whole.headers['content-length']]).toEqual([200, 10_000, '10000'])
    expect(await ask('/cn1/kernel', { Range: 'bytes=10-13' })).toMatchObject({
      status: 206,
      body: '0123',
      headers: { 'content-range': 'bytes 10-13/10000', 'content-length': '4' },
    })
    expect((await ask('/cn1/kernel', { Range: 'bytes=20000-' })).status).toBe(416)
    const head = await ask('/cn1/kernel', {}, 'HEAD')
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '10000'])
    expect(await ask('/boot.ipxe', {}, 'HEAD')).toMatchObject({
      status: 200,
      body: '',
      headers: { 'content-length': '7' },
    })
    expect((await ask('/cn1/gone')).status).toBe(404)
  })

  it('has a folder, and nothing outside it', async () => {
    expect(await ask('/sub/a%20file')).toMatchObject({ status: 200, body: 'of the folder' })
    expect(await ask('/empty')).toMatchObject({ status: 200, body: '' })
    for (const path of [
      '/../secret',
      '/sub/../../secret',
      '/%2e%2e/secret',
      '/..%2fsecret',
      '/sub/..%2f..%2fsecret',
      '/%2e%2e%2f%2e%2e%2f%2e%2e%2fetc%2fpasswd',
      '/..%5csecret',
      `/${root}/sub`,
      '/.hidden',
      '/sub',
      '/sub/',
      '/',
      '/secret%00',
      '/%zz',
    ]) {
      const { status, body } = await ask(path)
      expect([path, body]).toEqual([path, ''])
      expect([400, 403, 404]).toContain(status)
    }
    // A link is the user's own doing.
    expect(await ask('/link')).toMatchObject({ status: 200, body: 'not for you' })
  })

  it('only reads', async () => {
    for (const method of ['PUT', 'POST', 'DELETE', 'OPTIONS']) {
      expect(await ask('/boot.ipxe', {}, method)).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD' } })
    }
  })

  it('remembers what each node was asked for', async () => {
    await ask('/cn1/boot.ipxe')
    await ask('/cn1/nothing')
    await ask('/cn1/user-data')
    const at = new Date(clock.now()).toISOString()
    expect(shelves.requests('cn1', 'boot')?.slice(-2)).toEqual([
      { at, from: '127.0.0.1', file: 'boot.ipxe', status: 200 },
      { at, from: '127.0.0.1', file: 'nothing', status: 404 },
    ])
    expect(shelves.requests('cn1', 'seed')?.at(-1)).toMatchObject({ file: 'user-data', status: 200 })
    expect(shelves.requests('cn2', 'boot')).toBeUndefined()
  })

  it('forgets a node that is gone', async () => {
    const end = shelves.serve('cn9', ['cn9'], { purpose: 'boot', files: new Map([['boot.ipxe', text('nine')]]) })
    expect((await ask('/cn9/boot.ipxe')).body).toBe('nine')
    end()
    expect((await ask('/cn9/boot.ipxe')).status).toBe(404)
    expect(shelves.requests('cn9', 'boot')).toBeUndefined()
  })
})
