import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { literal } from './redfish-literal.js'
import { privilegeFacts } from './redfish-privileges.js'
import { schemaFacts } from './redfish-schema.js'

/**
 * Reads a folder of the DMTF's Redfish data (json-schema/ of DSP8010, registries/ of DSP8011) and writes the facts in it
 * as the tables of src/redfish/facts/: names, types, numbers. No sentence of theirs is taken over.
 *
 *   node scripts/compile-redfish-facts.js FOLDER
 */
const [folder] = process.argv.slice(2)
if (folder === undefined) {
  console.error('usage: node scripts/compile-redfish-facts.js FOLDER, which has json-schema/ and registries/ in it')
  process.exit(2)
}
const root = join(import.meta.dirname, '../src/redfish/facts')
const head = '// Made by scripts/compile-redfish-facts.js: change that, not this.\n'

writeSchemas(join(folder, 'json-schema'), join(root, 'schemas'))
writeRegistries(join(folder, 'registries'), join(root, 'registries'))

function writeSchemas(from, to) {
  const files = new Map(readdirSync(from).map((name) => [name, join(from, name)]))
  const names = [...files.keys()].flatMap((name) => /^([A-Z]\w+)\.json$/.exec(name)?.[1] ?? []).sort()
  const read = (name) => (files.has(name) ? JSON.parse(readFileSync(files.get(name), 'utf8')) : undefined)
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const name of names) {
    const facts = schemaFacts(name, read)
    write(
      join(to, `${name}.ts`),
      `import type { SchemaFacts } from '../schema-facts.ts'\n\nexport const ${name}: SchemaFacts = ${literal(facts)}\n`,
    )
  }
  const imports = names.map((name) => `import { ${name} } from './schemas/${name}.ts'`).join('\n')
  const list = names.map((name) => `  ${name},\n`).join('')
  write(
    join(root, 'schemas.ts'),
    `import type { SchemaFacts } from './schema-facts.ts'\n${imports}\n\nexport const schemas: Readonly<Record<string, SchemaFacts>> = {\n${list}}\n`,
  )
}

function writeRegistries(from, to) {
  rmSync(to, { recursive: true, force: true })
  mkdirSync(to, { recursive: true })
  for (const file of readdirSync(from)) {
    const registry = JSON.parse(readFileSync(join(from, file), 'utf8'))
    if (registry.Mappings !== undefined) {
      const name = 'privileges'
      write(
        join(root, `${name}.ts`),
        `import type { PrivilegeFacts } from './privilege-facts.ts'\n\nexport const ${name}: PrivilegeFacts = ${literal(privilegeFacts(registry))}\n`,
      )
    } else if (
      ['Base', 'LogService', 'ResourceEvent', 'SensorEvent', 'TaskEvent', 'Telemetry', 'Update'].includes(
        registry.RegistryPrefix,
      )
    ) {
      const { RegistryPrefix: prefix, RegistryVersion: version } = registry
      const messages = Object.fromEntries(
        Object.entries(registry.Messages).map(([key, message]) => [key, messageFacts(message)]),
      )
      write(
        join(to, `${prefix}.ts`),
        `import type { RegistryFacts } from '../registry-facts.ts'\n\nexport const ${prefix} = ${literal({ prefix, version, messages })} as const satisfies RegistryFacts\n`,
      )
    }
  }
}

/** Severity, then a letter for each argument: s(tring) or n(umber). */
function messageFacts({ MessageSeverity, ParamTypes = [] }) {
  return [MessageSeverity, ParamTypes.map((type) => type[0]).join('')].join(' ').trim()
}

function write(path, text) {
  writeFileSync(path, `${head}${text}`)
}
