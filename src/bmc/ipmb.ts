import { LazyMap } from '../base/lazy-map.ts'
import type { Privilege } from '../ipmi/privilege.ts'

/** A request as it reaches a controller on the IPMB (IPMI 2.0 §7, and the IPMB protocol 1.0). */
export interface IpmbRequest {
  readonly netFn: number
  readonly lun: number
  readonly cmd: number
  readonly data: Uint8Array
}

export interface IpmbReply {
  readonly completionCode: number
  readonly data: Uint8Array
}

/**
 * A controller on the bus. `privilege` is that of whoever sent the message across: the bus knows none, so a bridge that did not
 * look at it would make an Administrator of everyone. Undefined: it does not answer (it is not enabled).
 */
export type IpmbDevice = (request: IpmbRequest, privilege: Privilege) => IpmbReply | Promise<IpmbReply> | undefined

/** The primary IPMB of one chassis: who is on it, by slave address. Empty where there is the BMC alone. */
export class Ipmb {
  readonly #devices = new LazyMap<number, IpmbDevice>()

  /** There is somebody to talk to, and so a channel 0. */
  get present(): boolean {
    return this.#devices.size > 0
  }

  attach(address: number, device: IpmbDevice): void {
    this.#devices.set(address, device)
  }

  detach(address: number): void {
    this.#devices.delete(address)
  }

  /** Undefined: nobody has this address, or the one who has it does not answer. */
  send(address: number, request: IpmbRequest, privilege: Privilege): IpmbReply | Promise<IpmbReply> | undefined {
    return this.#devices.get(address)?.(request, privilege)
  }
}
