import type { NodeStatus } from '../../app/node-status.ts'
import { BmcError, type Reason, SetupError } from '../../base/errors.ts'
import type { LogTarget } from '../../base/logger.ts'
import type { NetworkConfig } from '../../config/config.ts'
import type { PowerCause, PowerState } from '../../machine/machine.ts'
import type { PlannedNode } from '../plan.ts'
import type { LabNode, LabStage } from '../whole-lab.ts'

/**
 * Everything that the main thread and a worker say to each other. The control socket of a worker, where the main thread hands
 * on what concerns one node, speaks as that of a lab does (`control-server.ts`).
 *
 * A start goes in step: made, then the doors when it is this worker's turn, then the machines when the doors of all are open.
 */
export type ToWorker = { readonly kind: 'open-doors' | 'start-machines' | 'status' | 'stop' | 'detach' }

export type FromWorker =
  | { readonly kind: 'made' }
  /** What stood in the way of some. */
  | { readonly kind: 'doors'; readonly failures: readonly string[] }
  | { readonly kind: 'started'; readonly nodes: readonly LabNode[]; readonly notes: readonly string[] }
  /** The start came to nothing. */
  | { readonly kind: 'failed'; readonly error: CarriedError }
  | { readonly kind: 'status'; readonly nodes: readonly NodeStatus[] }
  | { readonly kind: 'power'; readonly node: string; readonly power: PowerState; readonly cause: PowerCause }
  | { readonly kind: 'stage'; readonly node: string; readonly stage: LabStage }
  /** The emulator's `quit`. */
  | { readonly kind: 'quit' }
  /** An error that nobody caught; the worker goes on until it is told to stop. */
  | { readonly kind: 'mistake'; readonly error: CarriedError }
  | { readonly kind: 'stopped' }

/** What a worker is given at its start. It reads no lab file: the main thread has read and checked it. */
export interface WorkerTask {
  readonly lab: string
  readonly nodes: readonly PlannedNode[]
  readonly networks: readonly NetworkConfig[]
  readonly ledger: string | undefined
  readonly runFolder: string
  readonly resumed: boolean
  readonly controlSocket: string
  readonly log: LogTarget
  /** Its one node is all there is: the emulator's `quit` ends the process. */
  readonly mayQuit: boolean
}

/** An error on its way to another thread, where its class would be lost. */
export interface CarriedError {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly reason: Reason | undefined
}

export function carried(error: unknown): CarriedError {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, reason: undefined }
  const { name, message, stack } = error
  return { name, message, stack, reason: error instanceof BmcError ? error.reason : undefined }
}

export function arrived({ name, message, stack, reason }: CarriedError): Error {
  const error =
    reason !== undefined
      ? new BmcError(reason, message)
      : name === 'SetupError'
        ? new SetupError(message)
        : new Error(message)
  if (stack !== undefined) error.stack = stack
  return error
}
