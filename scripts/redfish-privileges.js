/**
 * The privilege map (DSP8011). A map of operations is one text: `GET Login; PATCH ConfigureComponents`; `|` is or, `+` is and. Most entities share
 * a few of them, so each stands once, with the entities that have it.
 */
export function privilegeFacts(registry) {
  const maps = new Map()
  const overrides = {}
  for (const mapping of registry.Mappings) {
    const map = text(mapping.OperationMap)
    maps.set(map, [...(maps.get(map) ?? []), mapping.Entity])
    const own = {
      properties: listOf(mapping.PropertyOverrides),
      subordinates: listOf(mapping.SubordinateOverrides),
      uris: listOf(mapping.ResourceURIOverrides),
    }
    if (Object.values(own).some((list) => list !== undefined)) overrides[mapping.Entity] = own
  }
  const entities = [...maps].map(([map, names]) => ({ map, names: names.sort().join(' ') }))
  return { version: /(\d+\.\d+\.\d+)/.exec(registry.Id)?.[1], entities, overrides }
}

const methods = ['GET', 'HEAD', 'PATCH', 'POST', 'PUT', 'DELETE']

function text(map) {
  return Object.entries(map)
    .sort(([a], [b]) => methods.indexOf(a) - methods.indexOf(b))
    .map(([method, any]) => `${method} ${any.map(({ Privilege }) => Privilege.join('+')).join('|')}`)
    .join('; ')
}

function listOf(given) {
  if (given === undefined || given.length === 0) return undefined
  return given.map(({ Targets, OperationMap }) => ({ targets: Targets, map: text(OperationMap) }))
}
