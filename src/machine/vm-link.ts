/**
 * The control half of QEMU's `ipmi-bmc-extern` stream: what a BMC can ask of a VM through it. The inband door speaks the
 * codec and hands this up; backends that have no better way drive the VM with it.
 */
export interface VmLink {
  readonly connected: boolean
  /** What the VM announced (command 08h); all false until it did. */
  readonly capabilities: VmCapabilities
  powerOff(): void
  reset(): void
  nmi(): void
  gracefulShutdown(): void
  /** One VM that takes over from another without a break is no change. */
  onConnected(fn: (connected: boolean) => void): () => void
  /** The VM says that it was reset, for whatever reason. */
  onReset(fn: () => void): () => void
}

export interface VmCapabilities {
  readonly power: boolean
  readonly reset: boolean
  readonly irq: boolean
  readonly nmi: boolean
  readonly attention: boolean
  readonly gracefulShutdown: boolean
}

export const noCapabilities: VmCapabilities = {
  power: false,
  reset: false,
  irq: false,
  nmi: false,
  attention: false,
  gracefulShutdown: false,
}
