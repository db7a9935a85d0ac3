import { propertiesOf, versionedName } from './facts/schema.ts'
import { ROOT } from './links.ts'
import type { Body } from './request.ts'
import type { Routes } from './routes.ts'

const SCHEMAS = 'http://redfish.dmtf.org/schemas/v1'
const ODATA = 'http://docs.oasis-open.org/odata/ns'

/** The versions of Redfish that there are (DSP0266 §8.2). */
export const versions: Body = { v1: `${ROOT}/` }

/** Where the schema of a type is published, for the header Link. */
export function schemaUri(type: string): string {
  return `${SCHEMAS}/${versionedName(type)}.json`
}

/** The OData service document (DSP0266 §8.4.2): the service root, and what it links to. */
export function serviceDocument(root: Body): Body {
  const links = Object.entries(root).flatMap(([name, value]) => {
    const url = typeof value === 'object' && value !== null && '@odata.id' in value ? value['@odata.id'] : undefined
    return typeof url === 'string' ? [{ name, kind: 'Singleton', url }] : []
  })
  const service = { name: 'Service', kind: 'Singleton', url: `${ROOT}/` }
  const sessions = { name: 'Sessions', kind: 'Singleton', url: `${ROOT}/SessionService/Sessions` }
  return { '@odata.context': `${ROOT}/$metadata`, value: [service, ...links, sessions] }
}

/** The OData metadata document (DSP0266 §8.4.1): every schema that the service has resources of, and those that these use. */
export function metadata(routes: Routes): string {
  const types = new Set(['ServiceRoot', 'ActionInfo', 'Message', 'Resource', ...routes.all.map(({ type }) => type)])
  for (const type of [...types]) for (const used of usedBy(type)) types.add(used)
  const references = [...types].sort().map((type) => {
    const namespaces = [...new Set([type, versionedName(type)])]
    const includes = namespaces.map((name) => `    <edmx:Include Namespace="${name}"/>\n`).join('')
    return `  <edmx:Reference Uri="${SCHEMAS}/${type}_v1.xml">\n${includes}  </edmx:Reference>\n`
  })
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `<edmx:Edmx xmlns:edmx="${ODATA}/edmx" Version="4.0">\n`,
    ...references,
    `  <edmx:Reference Uri="${SCHEMAS}/RedfishExtensions_v1.xml">\n`,
    '    <edmx:Include Namespace="RedfishExtensions.v1_0_0" Alias="Redfish"/>\n',
    '  </edmx:Reference>\n',
    '  <edmx:DataServices>\n',
    `    <Schema xmlns="${ODATA}/edm" Namespace="Service">\n`,
    `      <EntityContainer Name="Service" Extends="${versionedName('ServiceRoot')}.ServiceContainer"/>\n`,
    '    </Schema>\n',
    '  </edmx:DataServices>\n',
    '</edmx:Edmx>\n',
  ].join('')
}

/** Schemas whose objects are inside resources of a type. */
function usedBy(type: string): readonly string[] {
  const properties = propertiesOf(`${type}.${type}`)?.values() ?? []
  return [...properties].filter(({ kind }) => kind === 'object' || kind === 'enum').map(({ of }) => of.split('.')[0])
}
