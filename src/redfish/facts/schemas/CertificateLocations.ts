// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const CertificateLocations: SchemaFacts = {
  version: 'v1_0_4',
  uris: ['/redfish/v1/CertificateService/CertificateLocations'],
  types: {
    CertificateLocations: {
      Description: 'string null',
      Id: 'string required',
      Links: 'object:CertificateLocations.Links',
      Name: 'string required',
      Oem: 'open',
    },
    Links: { Certificates: '[]link', Oem: 'open' },
  },
}
