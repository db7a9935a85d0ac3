import { X509Certificate } from 'node:crypto'
import { BmcError } from '../../base/errors.ts'
import { enumValues } from '../facts/schema.ts'
import { fault, RedfishError, refuse } from '../faults.ts'
import { linkTo, number, oneOf, text, texts } from '../fields.ts'
import type { CertificateWish, HttpsCertificate, NewKey } from '../https-certificate.ts'
import { link, managerPath, ROOT } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { action, collection, resource } from '../resource.ts'
import { nodeOfManager, type Service } from '../service-parts.ts'
import { timeText } from '../time-text.ts'

const PATH = `${ROOT}/CertificateService`
const OF_HTTPS = '/NetworkProtocol/HTTPS/Certificates'
/** A BMC's HTTPS has one. */
const ID = '1'

export function certificatesPath(node: RedfishNode): string {
  return `${managerPath(node)}${OF_HTTPS}`
}

export const certificateService = resource<Service>({
  path: PATH,
  type: 'CertificateService',
  find: (service) => (service.nodes.some(({ https }) => https !== undefined) ? service : undefined),
  get: () => ({ Name: 'Certificate Service', Description: 'The certificates of HTTPS' }),
  actions: {
    GenerateCSR: action(
      {
        CertificateCollection: linkTo,
        CommonName: text,
        AlternativeNames: texts,
        Organization: text,
        OrganizationalUnit: text,
        City: text,
        State: text,
        Country: text,
        Email: text,
        GivenName: text,
        Surname: text,
        Initials: text,
        ChallengePassword: text,
        KeyPairAlgorithm: oneOf(['TPM_ALG_ECDSA', 'TPM_ALG_RSA']),
        KeyCurveId: oneOf(['TPM_ECC_NIST_P256', 'TPM_ECC_NIST_P384', 'TPM_ECC_NIST_P521']),
        KeyBitLength: number,
        KeyUsage: texts,
      },
      async (service, given) => {
        const { CertificateCollection: path = '' } = given
        const node = service.nodes.find((one) => certificatesPath(one) === path)
        const https = node?.https?.()
        if (https === undefined) throw refuse(404, 'ResourceMissingAtURI', path)
        mustBeCountry(given.Country)
        const pairs = subjectNames.map(([short, name]) => [short, given[name] ?? ''] as const)
        const wish: CertificateWish = {
          subject: pairs.filter(([, value]) => value !== ''),
          alternativeNames: given.AlternativeNames ?? [],
          usage: usageOf(given.KeyUsage ?? []),
          challengePassword: given.ChallengePassword,
        }
        const CSRString = await https.request(wish, keyOf(given))
        return { status: 200, headers: {}, body: { CSRString, CertificateCollection: link(path) } }
      },
    ),
    ReplaceCertificate: action(
      { CertificateString: text, CertificateType: oneOf(['PEM', 'PEMchain']), CertificateUri: linkTo },
      async (service, { CertificateString = '', CertificateUri = '' }) => {
        const node = service.nodes.find((one) => `${certificatesPath(one)}/${ID}` === CertificateUri)
        const https = node?.https?.()
        if (https === undefined) throw refuse(404, 'ResourceMissingAtURI', CertificateUri)
        await replaced(https, CertificateString)
      },
    ),
  },
})

const subjectNames = [
  ['CN', 'CommonName'],
  ['O', 'Organization'],
  ['OU', 'OrganizationalUnit'],
  ['L', 'City'],
  ['ST', 'State'],
  ['C', 'Country'],
  ['E', 'Email'],
  ['G', 'GivenName'],
  ['SN', 'Surname'],
  ['I', 'Initials'],
] as const

const curves: Readonly<Record<string, string>> = {
  TPM_ECC_NIST_P256: 'prime256v1',
  TPM_ECC_NIST_P384: 'secp384r1',
  TPM_ECC_NIST_P521: 'secp521r1',
}

const rsaBits: readonly number[] = [2048, 3072, 4096]

interface KeyWish {
  readonly KeyPairAlgorithm?: string
  readonly KeyCurveId?: string
  readonly KeyBitLength?: number
}

/** Left out: an EC key, as the lab's own certificates have. */
function keyOf({ KeyPairAlgorithm, KeyCurveId = 'TPM_ECC_NIST_P256', KeyBitLength = 2048 }: KeyWish): NewKey {
  if (KeyPairAlgorithm !== 'TPM_ALG_RSA') return { kind: 'ec', curve: curves[KeyCurveId] }
  if (rsaBits.includes(KeyBitLength)) return { kind: 'rsa', bits: KeyBitLength }
  const one = fault('ActionParameterValueNotInList', String(KeyBitLength), 'KeyBitLength', 'GenerateCSR')
  throw new RedfishError(400, [one])
}

function mustBeCountry(code: string | undefined): void {
  if (code === undefined || code === '' || /^[A-Z]{2}$/.test(code)) return
  throw refuse(400, 'ActionParameterValueFormatError', code, 'Country', 'GenerateCSR')
}

/** Left out: what a server of HTTPS needs. */
function usageOf(words: readonly string[]): readonly string[] {
  const unknown = words.find((word) => !enumValues('Certificate.KeyUsage').includes(word))
  if (unknown !== undefined) throw refuse(400, 'ActionParameterValueNotInList', unknown, 'KeyUsage', 'GenerateCSR')
  return words.length === 0 ? ['DigitalSignature', 'ServerAuthentication'] : words
}

async function replaced(https: HttpsCertificate, pem: string): Promise<void> {
  try {
    await https.replace(pem)
  } catch (error) {
    if (!(error instanceof BmcError)) throw error
    const one = fault('ActionParameterValueError', 'CertificateString', 'ReplaceCertificate')
    throw new RedfishError(400, [{ ...one, detail: error.message }])
  }
}

export const certificateLocations = resource<Service>({
  path: `${PATH}/CertificateLocations`,
  type: 'CertificateLocations',
  find: (service) => certificateService.find(service, {}) && service,
  get: ({ nodes }) => ({
    Name: 'Certificate Locations',
    Links: {
      Certificates: nodes.filter(({ https }) => https).map((node) => link(`${certificatesPath(node)}/${ID}`)),
    },
  }),
})

export const httpsCertificates = collection<RedfishNode>({
  path: `${ROOT}/Managers/{manager}${OF_HTTPS}`,
  type: 'CertificateCollection',
  name: 'Certificates of HTTPS',
  find(service, { manager }) {
    const node = nodeOfManager(service, manager)
    return node?.https && node
  },
  members: () => [ID],
})

export const httpsCertificate = resource<HttpsCertificate>({
  path: `${ROOT}/Managers/{manager}${OF_HTTPS}/{certificate}`,
  type: 'Certificate',
  find: (service, { manager, certificate }) =>
    certificate === ID ? nodeOfManager(service, manager)?.https?.() : undefined,
  get(https) {
    const pem = https.current()
    const certificate = new X509Certificate(pem)
    return {
      Name: 'Certificate of HTTPS',
      CertificateString: pem,
      CertificateType: pem.split('-----BEGIN CERTIFICATE-----').length > 2 ? 'PEMchain' : 'PEM',
      CertificateUsageTypes: ['Web'],
      Subject: { ...identifier(certificate.subject), ...alternatives(certificate) },
      Issuer: identifier(certificate.issuer),
      ValidNotBefore: timeText(Date.parse(certificate.validFrom)),
      ValidNotAfter: timeText(Date.parse(certificate.validTo)),
      SerialNumber: certificate.serialNumber.match(/../g)?.join(':') ?? '',
      Fingerprint: certificate.fingerprint256,
      FingerprintHashAlgorithm: 'TPM_ALG_SHA256',
    }
  },
})

const identifierNames: Readonly<Record<string, string>> = {
  CN: 'CommonName',
  O: 'Organization',
  OU: 'OrganizationalUnit',
  L: 'City',
  ST: 'State',
  C: 'Country',
  emailAddress: 'Email',
}

/** A distinguished name as Node has it, a part a line. */
function identifier(name: string | undefined) {
  const parts = (name ?? '').split('\n').map((line) => {
    const at = line.indexOf('=')
    return [identifierNames[line.slice(0, at)], line.slice(at + 1)] as const
  })
  return Object.fromEntries(parts.filter(([known]) => known !== undefined))
}

function alternatives({ subjectAltName }: X509Certificate) {
  const names = subjectAltName?.split(', ').map((one) => one.slice(one.indexOf(':') + 1)) ?? []
  return names.length === 0 ? {} : { AlternativeNames: names }
}
