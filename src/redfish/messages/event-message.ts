import type { RegistryFacts } from '../facts/registry-facts.ts'
import type { Arguments } from '../faults.ts'
import type { Registry } from './registry.ts'

export type Severity = 'OK' | 'Warning' | 'Critical'

/** A message of any registry, filled in. */
export interface EventMessage {
  /** `ResourceEvent.1.4.ResourceChanged` */
  readonly id: string
  readonly prefix: string
  readonly key: string
  readonly text: string
  readonly args: readonly string[]
  readonly severity: Severity
  readonly resolution: string
}

type Words<F extends RegistryFacts, K extends keyof F['messages']> = Arguments<F['messages'][K]>

/** `say(resourceEvents, 'ResourcePoweredOn', 'cn01')` */
export function say<F extends RegistryFacts, K extends keyof F['messages'] & string>(
  { facts, wording }: Registry<F>,
  key: K,
  ...args: Words<F, K>
): EventMessage {
  const [major, minor] = facts.version.split('.')
  const texts = args.map(String)
  const [message, resolution] = wording[key]
  return {
    id: `${facts.prefix}.${major}.${minor}.${key}`,
    prefix: facts.prefix,
    key,
    text: message.replace(/%(\d)/g, (_, n: string) => texts[Number(n) - 1] ?? ''),
    args: texts,
    severity: severityOf(facts.messages[key]),
    resolution,
  }
}

export function severityOf(words: string | undefined): Severity {
  const word = words?.split(' ')[0]
  return word === 'Warning' || word === 'Critical' ? word : 'OK'
}
