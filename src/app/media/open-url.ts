import { type IncomingMessage, get as plainGet, type RequestOptions } from 'node:http'
import { get as secureGet } from 'node:https'
import type { Readable } from 'node:stream'
import { BmcError } from '../../base/errors.ts'
import type { MediaImage } from '../../bmc/media/media-source.ts'

const mostRedirects = 5

/** A server that says nothing for so long will not come to an end. */
const silenceMs = 60_000

export interface OpenedUrl {
  readonly body: Readable
  /** As the server announces it. */
  readonly total: number | undefined
}

/** Follows redirects, from https to https only. Rejects with a BmcError, or with what the connection says. */
export async function openUrl(image: MediaImage, signal: AbortSignal): Promise<OpenedUrl> {
  let url = urlOf(image.image)
  const first = url
  for (let redirects = 0; redirects <= mostRedirects; redirects++) {
    const response = await answerOf(url, image, url.origin === first.origin, signal)
    const { statusCode = 0, headers } = response
    if (statusCode === 200) {
      const length = Number(headers['content-length'])
      return { body: response, total: headers['content-length'] === undefined ? undefined : length }
    }
    response.destroy()
    if (statusCode < 301 || statusCode > 308 || headers.location === undefined) {
      throw new BmcError('invalid-field', `${image.image}: the server answered ${statusCode}`)
    }
    const next = urlOf(new URL(headers.location, url).href)
    if (url.protocol === 'https:' && next.protocol !== 'https:') {
      throw new BmcError(
        'invalid-field',
        `${image.image}: the server sends us on to ${next.origin}, which is not https`,
      )
    }
    url = next
  }
  throw new BmcError('invalid-field', `${image.image}: more than ${mostRedirects} redirects`)
}

function answerOf(url: URL, image: MediaImage, isFirst: boolean, signal: AbortSignal): Promise<IncomingMessage> {
  const { userName, password = '', verifyCertificate = true } = image
  const auth = isFirst && userName !== undefined ? { auth: `${userName}:${password}` } : {}
  const options: RequestOptions = { signal, timeout: silenceMs, ...auth }
  return new Promise((resolve, reject) => {
    const request =
      url.protocol === 'https:'
        ? secureGet(url, { ...options, rejectUnauthorized: verifyCertificate }, resolve)
        : plainGet(url, options, resolve)
    request.on('timeout', () => request.destroy(new BmcError('timeout', `${url.origin} says nothing any more`)))
    request.on('error', reject)
  })
}

function urlOf(text: string): URL {
  if (!URL.canParse(text)) throw new BmcError('invalid-field', `"${text}" is no URL`)
  const url = new URL(text)
  if (url.protocol === 'http:' || url.protocol === 'https:') return url
  throw new BmcError('invalid-field', `${url.protocol} is not fetched: http and https are`)
}
