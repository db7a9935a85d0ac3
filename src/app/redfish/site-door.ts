import { isIP } from 'node:net'
import { SetupError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { Site } from '../../web/answer.ts'
import type { KeyPair } from '../../web/certificate.ts'
import { type Bound, RedfishDoor } from '../../web/redfish-door.ts'
import { whyNotServed } from './free-port.ts'
import type { LabWeb } from './lab-web.ts'

export interface SitePlace {
  readonly address: string
  readonly port: number
  /** Of HTTPS: one that is there, or one of the lab's that is made for it; `none`: HTTP. */
  readonly certificate: KeyPair | 'own' | 'none'
  /** Where the lab keeps its state: the authority of its own certificates. */
  readonly folder?: string | undefined
}

export interface OpenSite {
  readonly url: string
  close(): Promise<void>
}

/** Serves a site that is no BMC's at an address of its own. Rejects with a SetupError. */
export async function openSite(site: Site, place: SitePlace, web: LabWeb, log: Logger): Promise<OpenSite> {
  const { address, port, certificate } = place
  const door = certificate === 'none' ? await plainDoor(site, web) : secureDoor(site, place, certificate, web, log)
  try {
    const bound = await door.listen(address, port)
    return { url: urlOf(bound, certificate === 'none'), close: () => door.close() }
  } catch (error) {
    throw new SetupError(
      `cannot serve Redfish on ${address} TCP port ${port}: ${whyNotServed(error)}. Name another address or port`,
      { cause: error },
    )
  }
}

async function plainDoor(site: Site, web: LabWeb) {
  const { PlainDoor } = await import('../../web/plain-door.ts')
  return new PlainDoor(site, await web.listener(site))
}

function secureDoor(
  site: Site,
  { address, folder }: SitePlace,
  certificate: KeyPair | 'own',
  web: LabWeb,
  log: Logger,
): RedfishDoor {
  return new RedfishDoor(async () => {
    const names = {
      commonName: 'bmcsim',
      dns: isIP(address) === 0 ? [address, 'localhost'] : ['localhost'],
      ip: [...new Set([...(isIP(address) === 0 ? [] : [address]), '127.0.0.1', '::1'])],
    }
    const made = certificate === 'own' ? await web.certificate(folder, undefined, names, async () => {}) : undefined
    const pair = () => (certificate === 'own' ? made?.pair : certificate) ?? { key: '', certificate: '' }
    return { site, listener: await web.listener(site), pair }
  }, log)
}

function urlOf({ address, port }: Bound, plain: boolean): string {
  const host =
    address === '0.0.0.0' || address === '::' ? '127.0.0.1' : address.includes(':') ? `[${address}]` : address
  const usual = plain ? 80 : 443
  return `${plain ? 'http' : 'https'}://${host}${port === usual ? '' : `:${port}`}`
}
