import { runProgram } from '../../backends/command/run-program.ts'
import type { Clock } from '../../base/clock.ts'
import { messageOf } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import type { ReadyCheck } from '../../config/config.ts'
import { connectOnce } from './connect.ts'
import type { Progress } from './progress.ts'
import { logInOnce } from './ssh-login.ts'
import { TextSearch } from './text-search.ts'

/** What checks look at. */
export interface Checked {
  readonly progress: Progress
  /** Where commands run. */
  readonly cwd: string
  /** The lab's private ssh key, where it has one. */
  readonly keyFile?: string | undefined
  readonly clock: Clock
  readonly log: Logger
}

/** Between two tries of what has to be asked; console and in-band tell by themselves. */
const AGAIN_MS = 1_000
/** A command that takes longer is ended, and tried again. */
const COMMAND_MS = 30_000

/** As a person reads it: `ssh 127.0.0.1:22`, `console "login:"`. */
export function checkText(check: ReadyCheck): string {
  switch (check.kind) {
    case 'ssh':
    case 'tcp':
      return `${check.kind} ${bracketed(check.host)}:${check.port}`
    case 'login':
      return `login ${check.user}@${bracketed(check.host)}:${check.port}`
    case 'console':
      return `console ${JSON.stringify(check.text)}`
    case 'inband':
      return 'inband'
    case 'command':
      return `command ${JSON.stringify(check.command)}`
  }
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/** Resolves once the check holds, or when it is called off. `say` hears why it does not hold yet. */
export function holds(
  check: ReadyCheck,
  node: Checked,
  cancelled: AbortSignal,
  say: (why: string) => void,
): Promise<void> {
  const { progress, cwd, log, clock } = node
  switch (check.kind) {
    case 'ssh':
    case 'tcp':
      return again(() => connectOnce(check, check.kind === 'ssh', clock, cancelled), clock, cancelled, say)
    case 'login':
      return again(() => logInOnce(check, node, cancelled), clock, cancelled, say)
    case 'console':
      return consoleSays(check.text, progress, cancelled, say)
    case 'inband':
      return guestAsks(progress, cancelled, say)
    case 'command': {
      const command = { program: check.command, cwd, log, clock, timeoutMs: COMMAND_MS, cancelled }
      const once = () => runProgram(command, [], 'wrong-state').then(() => undefined, messageOf)
      return again(once, clock, cancelled, say)
    }
  }
}

/** One try after another, with a pause between them. */
async function again(
  once: () => Promise<string | undefined>,
  clock: Clock,
  cancelled: AbortSignal,
  say: (why: string) => void,
): Promise<void> {
  while (!cancelled.aborted) {
    const why = await once()
    if (why === undefined || cancelled.aborted) return
    say(why)
    await pause(clock, cancelled)
  }
}

function pause(clock: Clock, cancelled: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timer.cancel()
      cancelled.removeEventListener('abort', end)
      resolve()
    }
    const timer = clock.after(AGAIN_MS, end)
    cancelled.addEventListener('abort', end)
  })
}

/** Since the start of the machine: what an earlier boot left in the scrollback does not count. */
function consoleSays(text: string, progress: Progress, cancelled: AbortSignal, say: (why: string) => void) {
  return event(cancelled, (done) => {
    const search = new TextSearch(text)
    if (search.feed(progress.said())) {
      done()
      return () => {}
    }
    const forget = progress.listen((bytes) => {
      if (search.feed(bytes)) done()
    })
    say(forget === undefined ? 'this node has no console' : 'not said')
    return forget ?? (() => {})
  })
}

function guestAsks(progress: Progress, cancelled: AbortSignal, say: (why: string) => void) {
  return event(cancelled, (done) => {
    if (progress.guestAsked) done()
    else say('not asked')
    return progress.onGuestAsked(done)
  })
}

function event(cancelled: AbortSignal, watch: (done: () => void) => () => void): Promise<void> {
  return new Promise((resolve) => {
    let forget: (() => void) | undefined
    let over = false
    const done = () => {
      over = true
      cancelled.removeEventListener('abort', done)
      forget?.()
      resolve()
    }
    if (cancelled.aborted) return done()
    cancelled.addEventListener('abort', done)
    forget = watch(done)
    // It may have been there at the first look.
    if (over) forget()
  })
}
