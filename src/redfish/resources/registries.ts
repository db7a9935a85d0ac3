import { ROOT } from '../links.ts'
import { type Registry, registries, registryBody, registryId } from '../messages/registry.ts'
import { collection, resource } from '../resource.ts'

const PATH = `${ROOT}/Registries`

function registryNamed(prefix: string): Registry | undefined {
  return registries.find(({ facts }) => facts.prefix === prefix)
}

export const registryFiles = collection({
  path: PATH,
  type: 'MessageRegistryFileCollection',
  name: 'Registries',
  find: (service) => service,
  members: () => registries.map(({ facts }) => facts.prefix),
})

export const registryFile = resource<Registry>({
  path: `${PATH}/{registry}`,
  type: 'MessageRegistryFile',
  find: (_, { registry }) => registryNamed(registry),
  get: (registry) => {
    const { prefix, version } = registry.facts
    const [major, minor] = version.split('.')
    return {
      Name: `${prefix} message registry file`,
      Description: registry.about,
      Registry: `${prefix}.${major}.${minor}`,
      Languages: ['en'],
      Location: [
        {
          Language: 'en',
          Uri: `${PATH}/${prefix}/${registryId(registry)}`,
          ...(!registry.own && { PublicationUri: `http://redfish.dmtf.org/registries/${registryId(registry)}.json` }),
        },
      ],
    }
  },
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
