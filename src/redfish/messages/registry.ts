import { Base } from '../facts/registries/Base.ts'
import { LogService } from '../facts/registries/LogService.ts'
import { ResourceEvent } from '../facts/registries/ResourceEvent.ts'
import { SensorEvent } from '../facts/registries/SensorEvent.ts'
import { TaskEvent } from '../facts/registries/TaskEvent.ts'
import { Update } from '../facts/registries/Update.ts'
import type { RegistryFacts } from '../facts/registry-facts.ts'
import { odataType } from '../facts/schema.ts'
import { baseWording, type Wording } from './base-wording.ts'
import { logServiceWording, ownWording, sensorEventWording } from './log-wording.ts'
import { resourceEventWording } from './resource-event-wording.ts'
import { taskEventWording } from './task-event-wording.ts'
import { updateWording } from './update-wording.ts'

/** A registry that is served: the DMTF's keys and arguments, in our words. */
export interface Registry<F extends RegistryFacts = RegistryFacts> {
  readonly facts: F
  readonly about: string
  readonly wording: Readonly<Record<keyof F['messages'] & string, Wording>>
  /** The DMTF publishes it, unless it is our own. */
  readonly own?: boolean
}

/** What the DMTF has no message for. */
const Bmcsim = {
  prefix: 'Bmcsim',
  version: '1.0.0',
  messages: { SystemEvent: 'OK ss' },
} as const satisfies RegistryFacts

export const baseMessages: Registry<typeof Base> = {
  facts: Base,
  about: 'What a service says of a request',
  wording: baseWording,
}

export const resourceEvents: Registry<typeof ResourceEvent> = {
  facts: ResourceEvent,
  about: 'What happens to resources',
  wording: resourceEventWording,
}

export const taskEvents: Registry<typeof TaskEvent> = {
  facts: TaskEvent,
  about: 'What happens to tasks',
  wording: taskEventWording,
}

export const sensorEvents: Registry<typeof SensorEvent> = {
  facts: SensorEvent,
  about: 'What sensors see',
  wording: sensorEventWording,
}

export const logEvents: Registry<typeof LogService> = {
  facts: LogService,
  about: 'What happens to logs',
  wording: logServiceWording,
}

export const ownEvents: Registry<typeof Bmcsim> = {
  facts: Bmcsim,
  about: 'What the system event log of IPMI tells',
  wording: ownWording,
  own: true,
}

export const updateMessages: Registry<typeof Update> = {
  facts: Update,
  about: 'How an update of firmware goes',
  wording: updateWording,
}

export const registries: readonly Registry[] = [
  baseMessages,
  resourceEvents,
  taskEvents,
  updateMessages,
  sensorEvents,
  logEvents,
  ownEvents,
]

/** `Base.1.22.1` */
export function registryId({ facts }: Pick<Registry, 'facts'>): string {
  return `${facts.prefix}.${facts.version}`
}

/** The whole registry as a body (DSP2065, MessageRegistry). */
export function registryBody(registry: Registry) {
  const { facts, about, wording, own = false } = registry
  return {
    '@odata.type': odataType('MessageRegistry'),
    Id: registryId(registry),
    Name: `${facts.prefix} messages`,
    Description: about,
    Language: 'en',
    RegistryPrefix: facts.prefix,
    RegistryVersion: facts.version,
    OwningEntity: own ? 'bmcsim' : 'DMTF',
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
