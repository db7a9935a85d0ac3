import type { PrivilegeOverride } from '../facts/privilege-facts.ts'
import { privileges } from '../facts/privileges.ts'
import { ROOT } from '../links.ts'
import type { Body } from '../request.ts'
import { resource } from '../resource.ts'

const PRIVILEGES = ['Login', 'ConfigureManager', 'ConfigureUsers', 'ConfigureSelf', 'ConfigureComponents', 'NoAuth']

/** The DMTF's privilege map (DSP0266 §13.2, DSP8011), which `access/privileges.ts` goes by. */
export const privilegeMap = resource({
  path: `${ROOT}/AccountService/PrivilegeMap`,
  type: 'PrivilegeRegistry',
  find: (service) => service,
  get: () => ({
    Name: `Privilege map ${privileges.version}`,
    PrivilegesUsed: PRIVILEGES,
    OEMPrivilegesUsed: [],
    Mappings: privileges.entities.flatMap(({ map, names }) =>
      names.split(' ').map((Entity) => ({ Entity, OperationMap: operationMap(map), ...overridesOf(Entity) })),
    ),
  }),
})

function overridesOf(entity: string): Body {
  const { properties, subordinates, uris } = privileges.overrides[entity] ?? {}
  return {
    ...(properties && { PropertyOverrides: properties.map(override) }),
    ...(subordinates && { SubordinateOverrides: subordinates.map(override) }),
    ...(uris && { ResourceURIOverrides: uris.map(override) }),
  }
}

function override({ targets, map }: PrivilegeOverride): Body {
  return { Targets: targets, OperationMap: operationMap(map) }
}

/** `GET Login; PATCH ConfigureManager|ConfigureSelf`: any of these, and all of what a plus sign joins. */
function operationMap(map: string): Body {
  return Object.fromEntries(
    map.split('; ').map((one) => {
      const [method, any = ''] = one.split(' ')
      return [method, any.split('|').map((all) => ({ Privilege: all.split('+') }))]
    }),
  )
}
