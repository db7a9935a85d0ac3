import type { Identity } from './access/identity.ts'
import type { Field, Fields, Given } from './fields.ts'
import { readGiven } from './fields.ts'
import { ROOT } from './links.ts'
import type { Body, RedfishResponse } from './request.ts'
import type { Service } from './service-parts.ts'
import type { TaskReport } from './tasks/task.ts'

/** What a handler may ask besides its subject. */
export interface Context {
  readonly service: Service
  /** Who asks. */
  readonly by: Identity
  /** Of the resource, without a slash at its end. */
  readonly path: string
  /** How far an action is, where it is a task. */
  readonly report: TaskReport
}

/** Parts of the path by the names in the pattern, decoded. */
export type Parameters = Readonly<Record<string, string>>

type Maybe<T> = T | Promise<T>

/** A property that can be written: what it takes, and what then happens. */
export interface Write<S> {
  readonly field: Field<S, unknown>
  readonly set: (subject: S, value: unknown, context: Context) => Maybe<void>
}

/** `AssetTag: write(text, (node, tag) => ...)` */
export function write<S, V>(
  field: Field<NoInfer<S>, V>,
  set: (subject: S, value: V, context: Context) => Maybe<void>,
): Write<S> {
  return {
    field,
    set(subject, value, context) {
      const read = field.read(value)
      if (read === undefined) throw new TypeError('a value that was not checked')
      return set(subject, read, context)
    },
  }
}

/** Properties that mean something together: those that were given come at once. */
export interface Change<S> {
  readonly fields: Fields<S>
  readonly run: (subject: S, given: Body, context: Context) => Maybe<void>
}

export function change<S, F extends Fields<NoInfer<S>>>(
  fields: F,
  run: (subject: S, given: Given<F>, context: Context) => Maybe<void>,
): Change<S> {
  return { fields, run: (subject, given, context) => run(subject, readGiven(fields, given), context) }
}

export interface Action<S> {
  readonly parameters: Fields<S>
  /** Not here: the action is not shown, and answered as unknown. */
  readonly isThere: (subject: S) => boolean
  /** Takes so long that it is a task (DSP0266 §12); all others are one where the client prefers that. */
  readonly long: boolean
  readonly run: (subject: S, given: Body, context: Context) => Maybe<RedfishResponse> | Maybe<void>
  /** Where it can also be asked for by a form with a file in it. */
  readonly receive?: Receive<S>
}

/** A file that came in a form, as it arrives. */
export interface SentFile {
  readonly name: string
  readonly content: AsyncIterable<Uint8Array>
}

/** What takes a file: parameters may be in the form too, as JSON and before the file. */
export interface Receive<S> {
  readonly parameters: Fields<S>
  readonly run: (subject: S, given: Body, file: SentFile, context: Context) => Promise<void>
  /** The file may also come without a form around it. */
  readonly bare?: boolean
}

export function receive<S, F extends Fields<NoInfer<S>>>(
  parameters: F,
  run: (subject: S, given: Given<F>, file: SentFile, context: Context) => Promise<void>,
): Receive<S> {
  return {
    parameters,
    run: (subject, given, file, context) => run(subject, readGiven(parameters, given), file, context),
  }
}

/** `Reset: action({ ResetType: oneOf(resetTypes) }, (node, { ResetType }) => ...)` */
export function action<S, F extends Fields<NoInfer<S>>>(
  parameters: F,
  run: (subject: S, given: Given<F>, context: Context) => Maybe<RedfishResponse> | Maybe<void>,
  isThere: (subject: S) => boolean = () => true,
): Action<S> {
  return {
    parameters,
    isThere,
    long: false,
    run: (subject, given, context) => run(subject, readGiven(parameters, given), context),
  }
}

/** One that is answered before it is done. */
export function longAction<S, F extends Fields<NoInfer<S>>>(
  parameters: F,
  run: (subject: S, given: Given<F>, context: Context) => Maybe<RedfishResponse> | Maybe<void>,
): Action<S> {
  return { ...action<S, F>(parameters, run), long: true }
}

/** Something new in a collection. */
export interface Create<S> {
  readonly parameters: Fields<S>
  /** Its Id. */
  readonly run: (subject: S, given: Body, context: Context) => Maybe<Created>
}

export interface Created {
  readonly id: string
  readonly headers?: Readonly<Record<string, string>>
}

export function create<S, F extends Fields<NoInfer<S>>>(
  parameters: F,
  run: (subject: S, given: Given<F>, context: Context) => Maybe<Created>,
): Create<S> {
  return { parameters, run: (subject, given, context) => run(subject, readGiven(parameters, given), context) }
}

interface Common<S> {
  /** `/redfish/v1/Systems/{system}`: the table, the router and the links between resources come of it. */
  readonly path: string
  /** Name of the schema; its newest version is served. */
  readonly type: string
  /** What it is about; undefined: there is none at that path. Without `find`, it is about the service itself. */
  readonly find: (service: Service, parameters: Parameters) => S | undefined
  /** The property of its parent that links to it; else the last part of the path, where the parent's schema has one of that name. */
  readonly linkedAs?: string
  /** Can be read without credentials, or (`create`) only added to. */
  readonly open?: 'read' | 'create'
  readonly actions?: Readonly<Record<string, Action<S>>>
  readonly patch?: Readonly<Record<string, Write<S>>>
  /** What is written together, besides `patch`. */
  readonly change?: Change<S>
  /** Whether it belongs to whoever asks, as ConfigureSelf means it. */
  readonly isOwn?: (subject: S, by: Identity) => boolean
}

export interface ResourceDeclaration<S> extends Common<S> {
  /** Everything but `@odata.*`, `Actions` and the links to resources below it, which come of the declarations. `Id` is the path's end unless said. */
  readonly get: (subject: S, context: Context) => Maybe<Body>
  readonly remove?: (subject: S, context: Context) => Maybe<void>
  /** Where GET is answered by something else than the resource. */
  readonly answer?: (subject: S) => RedfishResponse
  /** Properties that change by themselves (clocks, readings), or `A/B` of those in A: the ETag is not about them. */
  readonly volatile?: readonly string[]
}

export interface CollectionDeclaration<S> extends Common<S> {
  readonly name: string
  /** Ids of the members, in their order. */
  readonly members: (subject: S, context: Context) => Maybe<readonly string[]>
  readonly create?: Create<S>
  /** Members come whole, as log readers expect. */
  readonly inline?: boolean
}

/** A declaration whose subject is nobody's business any more. */
export interface Resource extends Omit<Common<never>, 'find' | 'actions' | 'patch' | 'change' | 'isOwn'> {
  readonly collection: boolean
  readonly inline: boolean
  readonly volatile: readonly string[]
  readonly methods: readonly string[]
  readonly actionNames: readonly string[]
  readonly find: (service: Service, parameters: Parameters) => Found | undefined
  /** Whether `find` would find it. */
  readonly isThere: (service: Service, parameters: Parameters) => boolean
}

/** A resource that is there: its declaration, bound to what it is about. */
export interface Found {
  readonly get: (context: Context) => Maybe<Body>
  readonly members: ((context: Context) => Maybe<readonly string[]>) | undefined
  readonly writes: Bound<Record<string, Write<never>>>
  readonly change: Change<never> | undefined
  readonly actions: Readonly<Record<string, Action<never>>>
  readonly create: Create<never> | undefined
  readonly remove: ((context: Context) => Maybe<void>) | undefined
  readonly answer: (() => RedfishResponse) | undefined
  readonly isOwn: (by: Identity) => boolean
  /** The subject, as only its own fields and handlers take it. */
  readonly subject: never
}

type Bound<T> = Readonly<T>

export function resource<S>(declared: ResourceDeclaration<S>): Resource {
  const { remove, answer, patch = {}, change, actions = {} } = declared
  const isWritable = change !== undefined || Object.keys(patch).length > 0
  const methods = ['GET', 'HEAD', ...(isWritable ? ['PATCH'] : []), ...(remove ? ['DELETE'] : [])]
  return {
    ...plain(declared),
    collection: false,
    inline: false,
    volatile: declared.volatile ?? [],
    methods,
    actionNames: Object.keys(actions),
    isThere: (service, parameters) => subjectOf(declared, service, parameters) !== undefined,
    find(service, parameters) {
      const subject = subjectOf(declared, service, parameters)
      if (subject === undefined) return undefined
      return found(declared, subject, {
        get: (context) => declared.get(subject, context),
        members: undefined,
        create: undefined,
        remove: remove && ((context) => remove(subject, context)),
        answer: answer && (() => answer(subject)),
      })
    },
  }
}

export function collection<S>(declared: CollectionDeclaration<S>): Resource {
  const { name, members, create, inline = false, patch = {} } = declared
  const methods = ['GET', 'HEAD', ...(create ? ['POST'] : []), ...(Object.keys(patch).length > 0 ? ['PATCH'] : [])]
  return {
    ...plain(declared),
    collection: true,
    inline,
    volatile: [],
    methods,
    actionNames: Object.keys(declared.actions ?? {}),
    isThere: (service, parameters) => subjectOf(declared, service, parameters) !== undefined,
    find(service, parameters) {
      const subject = subjectOf(declared, service, parameters)
      if (subject === undefined) return undefined
      return found(declared, subject, {
        get: () => ({ Name: name }),
        members: (context) => members(subject, context),
        create: create && erased(create),
        remove: undefined,
        answer: undefined,
      })
    },
  }
}

/** What the declaration is about, unless such services have none of it. */
function subjectOf<S>({ path, find }: Common<S>, service: Service, parameters: Parameters): S | undefined {
  return isWithout(service, path.slice(ROOT.length + 1)) ? undefined : find(service, parameters)
}

/** `path` begins behind the root, as `Systems/{system}/VirtualMedia` or without what is in braces. */
export function isWithout({ without = [] }: Service, path: string): boolean {
  if (without.length === 0) return false
  const plain = path.replaceAll(/\/\{\w+\}/g, '')
  return without.some((one) => plain === one || plain.startsWith(`${one}/`))
}

function plain<S>({ path, type, linkedAs, open }: Common<S>) {
  return { path, type, ...(linkedAs !== undefined && { linkedAs }), ...(open !== undefined && { open }) }
}

type Own = Pick<Found, 'get' | 'members' | 'create' | 'remove' | 'answer'>

const none = {}

/** Always with all its properties, as one is made for each request. */
function found<S>({ patch = none, change, actions = none, isOwn }: Common<S>, subject: S, own: Own): Found {
  const { get, members, create, remove, answer } = own
  return {
    get,
    members,
    writes: erasedAll(patch),
    change: change && erased(change),
    actions: erasedAll(actions),
    create,
    remove,
    answer,
    isOwn: (by) => isOwn?.(subject, by) ?? false,
    subject: erased(subject),
  }
}

/**
 * The one place where a subject's type is let go of: what is declared for S is kept beside an S, and only handed back to what came with
 * it.
 */
function erased(value: unknown): never {
  return value as never
}

function erasedAll<T>(values: Readonly<Record<string, T>>): Readonly<Record<string, never>> {
  return values as Readonly<Record<string, never>>
}
