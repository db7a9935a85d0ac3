/** What one schema of the DMTF says, in the words of src/redfish/facts/schema-facts.ts. */
export function schemaFacts(name, read) {
  const entry = read(`${name}.json`)
  const own = entry.definitions[name]
  const version = newestOf(own?.anyOf ?? Object.values(entry.definitions).flatMap(({ anyOf = [] }) => anyOf), name)
  const versioned = version === undefined ? undefined : read(`${name}.${version}.json`)
  const definitions = { ...entry.definitions, ...versioned?.definitions }
  if (version === undefined && own?.anyOf !== undefined) definitions[name] = own.anyOf.find((one) => one.properties)
  const types = {}
  const enums = {}
  const actions = {}
  for (const [type, definition] of Object.entries(definitions)) {
    if (definition?.enum !== undefined) enums[type] = listed(definition.enum)
    else if (definition?.parameters !== undefined) actions[type] = parameters(definition.parameters, name, read)
    else if (definition?.properties !== undefined && type !== 'Actions' && !/^Oem/.test(type)) {
      types[type] = properties(definition, name, read)
    }
  }
  return {
    version,
    uris: own?.uris,
    allows: allows(own),
    types,
    enums: isEmpty(enums) ? undefined : enums,
    actions: isEmpty(actions) ? undefined : actions,
  }
}

function newestOf(refs, name) {
  const versions = refs.flatMap(
    ({ $ref = '' }) => new RegExp(`/${name}\\.(v\\d+_\\d+_\\d+)\\.json`).exec($ref)?.[1] ?? [],
  )
  return versions.sort((a, b) => rank(a) - rank(b)).at(-1)
}

function rank(version) {
  const [major, minor, patch] = version.slice(1).split('_').map(Number)
  return major * 1e6 + minor * 1e3 + patch
}

function allows(own) {
  const words = ['insertable', 'updatable', 'deletable'].filter((word) => own?.[word] === true)
  return words.length === 0 ? undefined : words.join(' ')
}

function properties(definition, name, read) {
  const { required = [], requiredOnCreate = [] } = definition
  return Object.fromEntries(
    Object.entries(definition.properties)
      .filter(([key]) => !key.includes('@') && key !== 'Actions' && !key.startsWith('#'))
      .map(([key, property]) => {
        const flags = [
          property.readonly === false ? 'write' : undefined,
          required.includes(key) ? 'required' : undefined,
          requiredOnCreate.includes(key) ? 'create' : undefined,
        ]
        return [key, words(property, flags, name, read)]
      }),
  )
}

function parameters(given, name, read) {
  return Object.fromEntries(
    Object.entries(given).map(([key, parameter]) => [
      key,
      words(parameter, [parameter.requiredParameter === true ? 'required' : undefined], name, read),
    ]),
  )
}

function words(property, flags, name, read) {
  const list = property.type === 'array' || (Array.isArray(property.type) && property.type.includes('array'))
  const subject = list && property.items !== undefined ? property.items : property
  const { type, nullable, limits } = typeOf(subject, name, read)
  const { versionAdded, versionDeprecated, deprecated } = property
  const gone = versionDeprecated ?? (deprecated === undefined ? undefined : 'v1_0_0')
  return [
    list ? `[]${type}` : type,
    ...flags,
    nullable || (Array.isArray(property.type) && property.type.includes('null')) ? 'null' : undefined,
    versionAdded === undefined ? undefined : `+${versionAdded}`,
    gone === undefined ? undefined : `-${gone}`,
    ...limits,
  ]
    .filter((word) => word !== undefined)
    .join(' ')
}

function typeOf(subject, name, read) {
  const alternatives = subject.anyOf ?? [subject]
  const nullable = alternatives.some((one) => one.type === 'null')
  const one = alternatives.find((other) => other.type !== 'null') ?? subject
  if (one.$ref !== undefined) return { nullable, ...referred(one.$ref, name, read) }
  const types = [one.type].flat().filter((type) => type !== undefined)
  const plain = types.filter((type) => type !== 'null' && type !== 'array')
  const type = plain.length === 1 ? plain[0] : 'any'
  return { type, nullable: nullable || types.includes('null'), limits: limitsOf({ ...subject, ...one }) }
}

function limitsOf({ format, minimum, maximum, pattern }) {
  return [
    format === undefined ? undefined : `format:${format}`,
    minimum === undefined ? undefined : `min:${minimum}`,
    maximum === undefined ? undefined : `max:${maximum}`,
    // It may have blanks in it, and so comes last.
    pattern === undefined ? undefined : `pattern:${pattern}`,
  ].filter((limit) => limit !== undefined)
}

function referred(ref, name, read) {
  const [, file = `${name}.json`, type] = /^(?:.*\/schemas\/(?:v1|swordfish\/v1)\/([^#]+))?#\/definitions\/(.+)$/.exec(
    ref,
  )
  const schema = file.split('.')[0]
  if (schema === 'odata-v4')
    return { type: type === 'idRef' ? 'link' : type === 'count' ? 'integer' : 'string', limits: [] }
  const definition = definitionOf(schema, type, file, read)
  // A schema that the bundle of the tests lacks can only be linked to.
  if (definition === undefined)
    return { type: type === schema || /Collection$/.test(schema) ? 'link' : 'any', limits: [] }
  if (isResource(definition)) return { type: 'link', limits: [] }
  if (definition.enum !== undefined) return { type: `enum:${schema}.${type}`, limits: [] }
  if (definition.properties !== undefined) {
    return { type: Object.keys(definition.properties).length === 0 ? 'open' : `object:${schema}.${type}`, limits: [] }
  }
  const { limits, type: plain } = typeOf(definition, schema, read)
  return { type: plain, limits }
}

/** Of an unversioned definition, the newest version's. */
function definitionOf(schema, type, file, read) {
  const entry = read(`${schema}.json`)
  if (entry === undefined) return undefined
  const named = file !== `${schema}.json` ? read(file)?.definitions[type] : undefined
  const plain = named ?? entry.definitions[type]
  if (plain?.anyOf === undefined) {
    if (plain !== undefined) return plain
    const version = newestOf(entry.definitions[schema]?.anyOf ?? [], schema)
    return version && read(`${schema}.${version}.json`)?.definitions[type]
  }
  if (plain.anyOf.some(({ $ref }) => $ref?.endsWith('#/definitions/idRef'))) return plain
  const version = newestOf(plain.anyOf, schema)
  return version === undefined ? plain : read(`${schema}.${version}.json`)?.definitions[type]
}

function isResource(definition) {
  return definition.anyOf?.some(({ $ref }) => $ref?.endsWith('#/definitions/idRef')) === true
}

function isEmpty(object) {
  return Object.keys(object).length === 0
}

/** Values that have blanks in them are told apart by bars. */
function listed(values) {
  return values.join(values.some((value) => value.includes(' ')) ? '|' : ' ')
}
