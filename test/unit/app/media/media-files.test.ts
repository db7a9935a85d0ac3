import { existsSync, mkdirSync, readdirSync, readFileSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { MediaFiles } from '../../../../src/app/media/media-files.ts'
import { tempFolder } from '../../../support/temp-folder.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const never = new AbortController().signal
const url = (image: string) => ({ from: 'url', image, writeProtected: true }) as const
const fetchTo = (folder: string, image: string, signal = never) =>
  new MediaFiles(folder).fetch('Cd', url(image), signal, () => {})

test('a URL is fetched whole, over redirects, and forgotten again', async () => {
  const folder = join(tempFolder(), 'media')
  const base = await serve((request, response) => {
    if (request.url === '/a.iso') response.end('the image')
    else response.writeHead(302, { location: '/a.iso' }).end()
  })
  const files = new MediaFiles(folder)
  const seen: [number, number | undefined][] = []
  const file = await files.fetch('Cd', url(`${base}/moved`), never, (...progress) => seen.push(progress))
  expect(readFileSync(file, 'utf8')).toBe('the image')
  expect(seen.at(-1)).toEqual([9, 9])
  files.forget('Cd')
  expect(existsSync(file)).toBe(false)
})

test.each([
  ['an answer that is no 200', (base: string) => `${base}/404`, /answered 404/],
  ['redirects without end', (base: string) => `${base}/loop`, /more than 5 redirects/],
  ['an empty image', (base: string) => `${base}/empty`, /is empty/],
  ['a scheme that is not fetched', () => 'ftp://127.0.0.1/a', /ftp: is not fetched/],
  ['a file as a URL', () => 'file:///etc/passwd', /file: is not fetched/],
  ['a redirect to a file', (base: string) => `${base}/file`, /file: is not fetched/],
  ['what is too large to keep', (base: string) => `${base}/huge`, /32 GiB at most/],
  ['half an image', (base: string) => `${base}/half`, /could not be fetched/],
])('%s is refused, and nothing of it stays', async (_, image, words) => {
  const folder = tempFolder()
  const base = await serve((request, response) => {
    if (request.url === '/404') return void response.writeHead(404).end()
    if (request.url === '/loop') return void response.writeHead(302, { location: '/loop' }).end()
    if (request.url === '/file') return void response.writeHead(302, { location: 'file:///etc/passwd' }).end()
    if (request.url === '/huge') return void response.writeHead(200, { 'content-length': 2 ** 40 }).write('x')
    if (request.url === '/half') {
      response.writeHead(200, { 'content-length': 100 }).write('x', () => response.destroy())
      return
    }
    response.end()
  })
  await expect(fetchTo(folder, image(base))).rejects.toThrow(words)
  expect(existsSync(join(folder, 'Cd.img')) || existsSync(join(folder, 'Cd.img.part'))).toBe(false)
})

test('a fetch that is called off leaves nothing', async () => {
  const folder = tempFolder()
  const calledOff = new AbortController()
  const base = await serve((_, response) => void response.writeHead(200).write('x', () => calledOff.abort()))
  await expect(fetchTo(folder, `${base}/slow`, calledOff.signal)).rejects.toThrow()
  expect(existsSync(join(folder, 'Cd.img.part'))).toBe(false)
})

test('a file is taken where it is', async () => {
  const folder = tempFolder()
  const file = join(folder, 'a.iso')
  writeFileSync(file, 'x')
  const of = (image: string) =>
    new MediaFiles(folder).fetch('Cd', { from: 'file', image, writeProtected: true }, never, () => {})
  expect(await of(file)).toBe(file)
  await expect(of(join(folder, 'b.iso'))).rejects.toMatchObject({ reason: 'not-found' })
  await expect(of(folder)).rejects.toMatchObject({ reason: 'invalid-field' })
  await expect(of('a.iso')).rejects.toMatchObject({ reason: 'invalid-field' })
})

test('a file: URL is a file of the folder that is shared, and of no other', async () => {
  const folder = tempFolder()
  const shared = join(folder, 'shared')
  mkdirSync(join(shared, 'a b'), { recursive: true })
  writeFileSync(join(shared, 'a b', 'cd.iso'), 'content')
  writeFileSync(join(folder, 'secret'), 'not for you')
  symlinkSync(join(folder, 'secret'), join(shared, 'link.iso'))
  const files = new MediaFiles(join(folder, 'media'), shared)
  const fetch = (image: string, from = files) => from.fetch('Cd', url(image), never, () => {})
  expect(await fetch('file:///a%20b/cd.iso')).toBe(join(realpathSync(shared), 'a b', 'cd.iso'))
  for (const [image, reason] of [
    ['file:///link.iso', 'forbidden'],
    ['file:///../secret', 'not-found'],
    ['file:///%2e%2e/secret', 'not-found'],
    ['file:///..%2fsecret', 'not-found'],
    ['file:///', 'forbidden'],
    ['file:///%ff', 'invalid-field'],
  ]) {
    await expect(fetch(image), image).rejects.toMatchObject({ reason })
  }
  const unshared = new MediaFiles(join(folder, 'media'))
  await expect(fetch('file:///a%20b/cd.iso', unshared)).rejects.toMatchObject({ reason: 'forbidden' })
})

test('what is sent is kept until it is ejected, and nothing of half of it', async () => {
  const folder = join(tempFolder(), 'media')
  const files = new MediaFiles(folder)
  async function* sent(...pieces: (string | Error)[]) {
    for (const piece of pieces) {
      if (piece instanceof Error) throw piece
      yield Buffer.from(piece)
    }
  }
  const upload = { from: 'upload', image: 'a.iso', writeProtected: true } as const
  const send = (content: AsyncIterable<Uint8Array>) => files.fetch('Cd', { ...upload, content }, never, () => {})
  await expect(send(sent('half', new Error('cut off')))).rejects.toThrow('cut off')
  expect(readdirSync(folder)).toEqual([])
  const file = await send(sent('one, ', 'two'))
  expect(readFileSync(file, 'utf8')).toBe('one, two')
  // By a later process, which cannot ask for it again.
  await expect(files.fetch('Cd', upload, never, () => {})).rejects.toMatchObject({ reason: 'not-found' })
})
