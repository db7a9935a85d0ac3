import { Base } from '../facts/registries/Base.ts'
import type { RegistryFacts } from '../facts/registry-facts.ts'
import { odataType } from '../facts/schema.ts'
import { baseWording, type Wording } from './base-wording.ts'

/** A registry that is served: the DMTF's keys and arguments, in our words. */
export interface Registry {
  readonly facts: RegistryFacts
  readonly about: string
  readonly wording: Readonly<Record<string, Wording>>
}

export const registries: readonly Registry[] = [
  { facts: Base, about: 'What a service says of a request', wording: baseWording },
]

/** `Base.1.22.1` */
export function registryId({ facts }: Registry): string {
  return `${facts.prefix}.${facts.version}`
}

/** The whole registry as a body (DSP2065, MessageRegistry). */
export function registryBody(registry: Registry) {
  const { facts, about, wording } = registry
  return {
    '@odata.type': odataType('MessageRegistry'),
    Id: registryId(registry),
    Name: `${facts.prefix} messages`,
    Description: about,
    Language: 'en',
    RegistryPrefix: facts.prefix,
    RegistryVersion: facts.version,
    OwningEntity: 'DMTF',
    Messages: Object.fromEntries(
      Object.entries(facts.messages).map(([key, words]) => [key, messageEntry(words, wording[key])]),
    ),
  }
}

const argumentTypes: Readonly<Record<string, string>> = { s: 'string', n: 'number' }

function messageEntry(words: string, [message, resolution]: Wording) {
  const [severity, letters = ''] = words.split(' ')
  return {
    Description: message,
    Message: message,
    Severity: severity,
    MessageSeverity: severity,
    NumberOfArgs: letters.length,
    ...(letters !== '' && { ParamTypes: [...letters].map((letter) => argumentTypes[letter]) }),
    Resolution: resolution,
  }
}
