import { ROOT } from '../links.ts'
import { type Registry, registries, registryBody, registryId } from '../messages/registry.ts'
import { collection, resource } from '../resource.ts'
import type { Service } from '../service-parts.ts'
import { biosRegistries } from './bios.ts'

const PATH = `${ROOT}/Registries`

function registryNamed(prefix: string): Registry | undefined {
  return registries.find(({ facts }) => facts.prefix === prefix)
}

interface RegistryFile {
  readonly prefix: string
  /** With major and minor version. */
  readonly name: string
  readonly uri: string
  readonly about: string
  readonly publicationUri?: string
}

function fileOf(registry: Registry): RegistryFile {
  const { prefix, version } = registry.facts
  const [major, minor] = version.split('.')
  return {
    prefix,
    name: `${prefix}.${major}.${minor}`,
    uri: `${PATH}/${prefix}/${registryId(registry)}`,
    about: registry.about,
    ...(!registry.own && { publicationUri: `http://redfish.dmtf.org/registries/${registryId(registry)}.json` }),
  }
}

function filesOf(service: Service): readonly RegistryFile[] {
  return [...registries.map(fileOf), ...biosRegistries(service)]
}

export const registryFiles = collection({
  path: PATH,
  type: 'MessageRegistryFileCollection',
  name: 'Registries',
  find: (service) => service,
  members: (service) => filesOf(service).map(({ prefix }) => prefix),
})

export const registryFile = resource<RegistryFile>({
  path: `${PATH}/{registry}`,
  type: 'MessageRegistryFile',
  find: (service, { registry }) => filesOf(service).find(({ prefix }) => prefix === registry),
  get: ({ prefix, name, about, uri, publicationUri }) => ({
    Name: `${prefix} registry file`,
    Description: about,
    Registry: name,
    Languages: ['en'],
    Location: [{ Language: 'en', Uri: uri, ...(publicationUri !== undefined && { PublicationUri: publicationUri }) }],
  }),
})

/** The registry itself, in our words. */
export const registry = resource<Registry>({
  path: `${PATH}/{registry}/{file}`,
  type: 'MessageRegistry',
  find(_, { registry, file }) {
    const found = registryNamed(registry)
    return found && registryId(found) === file ? found : undefined
  },
  get: registryBody,
})
