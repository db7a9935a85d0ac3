import { isIP } from 'node:net'
import type { CertificateWish } from '../redfish/https-certificate.ts'
import { signingKeys } from './private-key.ts'

/** A request for a certificate (PKCS #10, RFC 2986) by a private key, as PEM. */
export async function certificateRequest(keyPem: string, wish: CertificateWish): Promise<string> {
  const {
    ChallengePasswordAttribute,
    ExtendedKeyUsage,
    ExtendedKeyUsageExtension,
    KeyUsageFlags,
    KeyUsagesExtension,
    Pkcs10CertificateRequestGenerator,
    SubjectAlternativeNameExtension,
  } = await import('./x509.ts')
  const flags: Readonly<Record<string, number>> = {
    DigitalSignature: KeyUsageFlags.digitalSignature,
    NonRepudiation: KeyUsageFlags.nonRepudiation,
    KeyEncipherment: KeyUsageFlags.keyEncipherment,
    DataEncipherment: KeyUsageFlags.dataEncipherment,
    KeyAgreement: KeyUsageFlags.keyAgreement,
    KeyCertSign: KeyUsageFlags.keyCertSign,
    CRLSigning: KeyUsageFlags.cRLSign,
    EncipherOnly: KeyUsageFlags.encipherOnly,
    DecipherOnly: KeyUsageFlags.decipherOnly,
  }
  const purposes: Readonly<Record<string, string>> = {
    ServerAuthentication: ExtendedKeyUsage.serverAuth,
    ClientAuthentication: ExtendedKeyUsage.clientAuth,
    CodeSigning: ExtendedKeyUsage.codeSigning,
    EmailProtection: ExtendedKeyUsage.emailProtection,
    Timestamping: ExtendedKeyUsage.timeStamping,
    OCSPSigning: ExtendedKeyUsage.ocspSigning,
  }
  const { subject, alternativeNames, usage, challengePassword } = wish
  const usages = usage.reduce((all, word) => all | (flags[word] ?? 0), 0)
  const extended = usage.flatMap((word) => purposes[word] ?? [])
  const names = alternativeNames.map((value) =>
    isIP(value) === 0 ? { type: 'dns' as const, value } : { type: 'ip' as const, value },
  )
  const { keys, algorithm } = await signingKeys(keyPem)
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: subject.map(([name, value]) => ({ [name]: [value] })),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      ...(usages === 0 ? [] : [new KeyUsagesExtension(usages, true)]),
      ...(extended.length === 0 ? [] : [new ExtendedKeyUsageExtension(extended)]),
      ...(names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)]),
    ],
    attributes: challengePassword === undefined ? [] : [new ChallengePasswordAttribute(challengePassword)],
  })
  return `${request.toString('pem')}\n`
}
