import { systemClock } from '../../src/base/clock.ts'
import type { HttpsCertificate } from '../../src/redfish/https-certificate.ts'
import { KeptCertificates } from '../../src/web/kept-certificates.ts'
import { NodeCertificate } from '../../src/web/node-certificate.ts'

let made: Promise<NodeCertificate> | undefined

/** The certificate of a node that keeps nothing; one for all tests of a file. */
export async function testCertificate(): Promise<() => HttpsCertificate> {
  const names = { commonName: 'BMC of cn01', dns: ['cn01'], ip: ['127.0.0.1'] }
  made ??= NodeCertificate.open(new KeptCertificates(undefined, systemClock), undefined, names, async () => {})
  const certificate = await made
  return () => certificate
}
