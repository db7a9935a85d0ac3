import { Base } from '../facts/registries/Base.ts'
import { odataType } from '../facts/schema.ts'
import type { Fault } from '../faults.ts'
import { baseWording } from './base-wording.ts'
import type { EventMessage } from './event-message.ts'

/** A message as it is in error bodies and annotations (DSP0266 §8.6). */
export interface Message {
  readonly '@odata.type': string
  readonly MessageId: string
  readonly Message: string
  readonly MessageArgs: readonly string[]
  readonly MessageSeverity: string
  readonly Severity: string
  readonly Resolution: string
  readonly RelatedProperties?: readonly string[]
}

export function messageId(key: string): string {
  const [major, minor] = Base.version.split('.')
  return `${Base.prefix}.${major}.${minor}.${key}`
}

export function messageOfFault({ key, args, related, detail }: Fault): Message {
  const [wording, resolution] = baseWording[key]
  const text = wording.replace(/%(\d)/g, (_, n: string) => String(args[Number(n) - 1]))
  const severity = Base.messages[key].split(' ')[0]
  return {
    '@odata.type': odataType('Message'),
    MessageId: messageId(key),
    Message: detail === undefined ? text : `${text} (${detail})`,
    MessageArgs: args.map(String),
    MessageSeverity: severity,
    // Of an older time, and read by clients of that time.
    Severity: severity,
    Resolution: resolution,
    ...(related.length > 0 && { RelatedProperties: related }),
  }
}

/** One of another registry, as a task tells it. */
export function messageOfEvent({ id, text, args, severity, resolution }: EventMessage): Message {
  return {
    '@odata.type': odataType('Message'),
    MessageId: id,
    Message: text,
    MessageArgs: args,
    MessageSeverity: severity,
    Severity: severity,
    Resolution: resolution,
  }
}

export function extendedInfo(faults: readonly Fault[]): { readonly '@Message.ExtendedInfo': readonly Message[] } {
  return { '@Message.ExtendedInfo': faults.map(messageOfFault) }
}

/** One fault stands for itself; for several, GeneralError does. */
export function errorBody(faults: readonly Fault[]) {
  const [one] = faults
  const head =
    faults.length === 1 ? messageOfFault(one) : messageOfFault({ key: 'GeneralError', args: [], related: [] })
  return { error: { code: head.MessageId, message: head.Message, ...extendedInfo(faults) } }
}
