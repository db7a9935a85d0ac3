// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const CertificateService: SchemaFacts = {
  version: 'v1_2_1',
  uris: ['/redfish/v1/CertificateService'],
  allows: 'updatable',
  types: {
    CertificateService: {
      AutomaticCertificateEnrollment: 'object:CertificateService.AutomaticCertificateEnrollment null +v1_2_0',
      CertificateEnrollments: 'link null +v1_2_0',
      CertificateLocations: 'link',
      Description: 'string null',
      EnrollmentCACertificates: 'link null +v1_2_0',
      Id: 'string required',
      Name: 'string required',
      Oem: 'open',
    },
    AutomaticCertificateEnrollment: {
      CertificatesSupported: '[]enum:Certificate.CertificateUsageType null +v1_2_0',
      EnrollmentTypes: '[]any null +v1_2_0',
      ServiceEnabled: 'boolean write null +v1_2_0',
    },
    GenerateCSRResponse: { CSRString: 'string required', CertificateCollection: 'link required' },
  },
  actions: {
    GenerateCSR: {
      AlternativeNames: '[]string',
      CertificateCollection: 'link required',
      ChallengePassword: 'string',
      City: 'string',
      CommonName: 'string required',
      ContactPerson: 'string',
      Country: 'string',
      Email: 'string',
      GivenName: 'string',
      Initials: 'string',
      KeyBitLength: 'integer',
      KeyCurveId: 'string',
      KeyPairAlgorithm: 'string',
      KeyUsage: '[]enum:Certificate.KeyUsage',
      Organization: 'string',
      OrganizationalUnit: 'string',
      State: 'string',
      Surname: 'string',
      UnstructuredName: 'string',
    },
    ReplaceCertificate: {
      CertificateString: 'string required',
      CertificateType: 'enum:Certificate.CertificateType required',
      CertificateUri: 'link required',
      Password: 'string +v1_1_0',
    },
  },
}
