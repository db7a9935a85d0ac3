import { Listeners } from '../../src/base/listeners.ts'
import { noCapabilities, type VmCapabilities, type VmLink } from '../../src/machine/vm-link.ts'

export const allCapabilities: VmCapabilities = {
  power: true,
  reset: true,
  irq: true,
  nmi: true,
  attention: true,
  gracefulShutdown: true,
}

/** A VM link without a VM: notes what it is asked for, and comes and goes as the test says. */
export class FakeVmLink implements VmLink {
  readonly asked: string[] = []
  connected = false
  capabilities = noCapabilities
  readonly #changed = new Listeners<[boolean]>()
  readonly resets = new Listeners<[]>()

  connect(capabilities = allCapabilities): void {
    this.connected = true
    this.capabilities = capabilities
    this.#changed.call(true)
  }

  disconnect(): void {
    this.connected = false
    this.capabilities = noCapabilities
    this.#changed.call(false)
  }

  powerOff(): void {
    this.asked.push('powerOff')
  }

  reset(): void {
    this.asked.push('reset')
  }

  nmi(): void {
    this.asked.push('nmi')
  }

  gracefulShutdown(): void {
    this.asked.push('gracefulShutdown')
  }

  onConnected(fn: (connected: boolean) => void): () => void {
    return this.#changed.add(fn)
  }

  onReset(fn: () => void): () => void {
    return this.resets.add(fn)
  }
}
