import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { NodeShelves } from '../../../src/app/http/node-shelf.ts'
import { SeedServer, seedShelf } from '../../../src/app/seed-server.ts'
import { SetupError } from '../../../src/base/errors.ts'
import { silentLogger } from '../../../src/base/logger.ts'
import { FakeClock } from '../../support/fake-clock.ts'
import { unusedPort } from '../../support/unused-port.ts'

const at = { file: 'lab.yaml', line: 2, column: 8, length: 9 }
const files = new Map([
  ['user-data', '#cloud-config\n'],
  ['meta-data', 'instance-id: cn01\n'],
])

describe('the server of seeds', () => {
  const clock = new FakeClock()
  let port: number
  let shelves: NodeShelves
  let server: SeedServer
  const make = () => new SeedServer({ host: '127.0.0.1', port, at }, shelves, silentLogger)
  const ask = async (path: string, method = 'GET') => {
    const response = await fetch(`http://127.0.0.1:${port}/${path}`, { method })
    return [response.status, await response.text()]
  }

  beforeEach(async () => {
    port = await unusedPort()
    shelves = new NodeShelves(clock)
    server = make()
    shelves.serve('cn01', ['cn01', '52:54:00:00:00:0a'], seedShelf(files))
    shelves.serve('cn02', ['cn02'], seedShelf(new Map([['user-data', 'two']])))
    await server.listen()
  })
  afterEach(() => server.close())

  it('has a folder for each node, and for each MAC', async () => {
    expect(await ask('cn01/user-data')).toEqual([200, '#cloud-config\n'])
    expect(await ask('cn01/meta-data?x=y')).toEqual([200, 'instance-id: cn01\n'])
    expect(await ask('52:54:00:00:00:0a/user-data')).toEqual([200, '#cloud-config\n'])
    expect(await ask('52-54-00-00-00-0A/user-data')).toEqual([200, '#cloud-config\n'])
    expect(await ask('cn02/user-data')).toEqual([200, 'two'])
  })

  it('has nothing else', async () => {
    for (const path of [
      '',
      'cn01',
      'cn01/',
      'cn01/network-config',
      'cn03/user-data',
      'cn01/../cn02',
      '%zz/user-data',
      'cn01//user-data',
    ]) {
      expect([path, ...(await ask(path))]).toEqual([path, 404, ''])
    }
    expect(await ask('cn01/user-data', 'PUT')).toEqual([405, ''])
    expect(await ask('cn01/user-data', 'HEAD')).toEqual([200, ''])
    expect(await ask('cn01/vendor-data')).toEqual([200, ''])
  })

  it('remembers who asked a node’s folder for what', async () => {
    await ask('cn01/meta-data')
    await ask('52:54:00:00:00:0a/network-config')
    expect(shelves.requests('cn01', 'seed')).toEqual([
      { at: new Date(clock.now()).toISOString(), from: '127.0.0.1', file: 'meta-data', status: 200 },
      expect.objectContaining({ file: 'network-config', status: 404 }),
    ])
    expect(shelves.requests('cn02', 'seed')).toEqual([])
    expect(shelves.requests('cn03', 'seed')).toBeUndefined()
    for (let i = 0; i < 25; i++) await ask(`cn02/${i}`)
    expect(shelves.requests('cn02', 'seed')?.map(({ file }) => file)).toEqual(
      Array.from({ length: 20 }, (_, i) => String(i + 5)),
    )
  })

  it('says where a port that is in use was asked for', async () => {
    const second = make()
    const opened = second.listen()
    await expect(opened).rejects.toThrow(SetupError)
    await expect(opened).rejects.toThrow(`port ${port}: the port is in use; take another; see lab.yaml:2`)
    second.close()
  })
})
