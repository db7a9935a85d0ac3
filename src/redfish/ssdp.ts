/** Where SSDP is spoken (DSP0266 §12, UPnP Device Architecture §1). */
export const SSDP_ADDRESS = '239.255.255.250'
export const SSDP_PORT = 1900
/** Hops that a notification goes. */
export const NOTIFY_TTL = 2
export const NOTIFY_SECONDS = 600

/** What a search may ask for, and a service is. */
const SERVICE = 'urn:dmtf-org:service:redfish-rest:1'
/** DSP0266 wants half an hour at least. */
const MAX_AGE_S = 1800
/** UPnP: who is told to wait longer waits no longer. */
const LONGEST_WAIT_S = 5

/** Who is found. */
export interface Discoverable {
  /** UUID text of the service root. */
  readonly uuid: string
  /** Of the service root, with its address. */
  readonly url: string
}

export interface Search {
  readonly target: string
  /** Answers come at any time within so many seconds, so that not all come at once. */
  readonly withinS: number
}

/** Undefined: it is no search, or one for something else. */
export function readSearch(text: string, { uuid }: Pick<Discoverable, 'uuid'>): Search | undefined {
  const [first, ...lines] = text.split(/\r?\n/)
  if (!/^M-SEARCH \* HTTP\/1\.[01]$/.test(first)) return undefined
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).trim().toUpperCase(), line.slice(colon + 1).trim())
  }
  if (headers.get('MAN')?.replaceAll('"', '') !== 'ssdp:discover') return undefined
  const target = headers.get('ST')
  if (target === undefined || !targets(uuid).includes(target)) return undefined
  const wait = Number(headers.get('MX'))
  return { target, withinS: wait >= 1 ? Math.min(wait, LONGEST_WAIT_S) : 0 }
}

function targets(uuid: string): readonly string[] {
  return [SERVICE, `${SERVICE}:0`, 'ssdp:all', 'upnp:rootdevice', `uuid:${uuid}`]
}

export function searchAnswer({ target }: Search, { uuid, url }: Discoverable): string {
  return lines(
    'HTTP/1.1 200 OK',
    `CACHE-CONTROL: max-age=${MAX_AGE_S}`,
    'EXT:',
    `ST: ${target === 'ssdp:all' ? SERVICE : target}`,
    `USN: uuid:${uuid}::${SERVICE}`,
    `AL: ${url}`,
    `LOCATION: ${url}`,
    'SERVER: bmcsim UPnP/1.1 Redfish/1',
  )
}

/** That it is there, to everybody; or that it goes. */
export function notification(what: 'alive' | 'byebye', { uuid, url }: Discoverable): string {
  const where = [`CACHE-CONTROL: max-age=${MAX_AGE_S}`, `AL: ${url}`, `LOCATION: ${url}`]
  return lines(
    'NOTIFY * HTTP/1.1',
    `HOST: ${SSDP_ADDRESS}:${SSDP_PORT}`,
    `NT: ${SERVICE}`,
    `NTS: ssdp:${what}`,
    `USN: uuid:${uuid}::${SERVICE}`,
    ...(what === 'alive' ? where : []),
  )
}

function lines(...all: readonly string[]): string {
  return `${all.join('\r\n')}\r\n\r\n`
}
