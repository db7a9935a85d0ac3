import type { HostNicFacts } from './host-interface.ts'

/** What a machine is made of, as its BMC shows it to Redfish and DCMI. */
export interface MachineInventory {
  readonly firmware: 'bios' | 'uefi'
  readonly processors: ProcessorFacts
  readonly memoryMiB: number
  /** In the order in which they are plugged in. */
  readonly nics: readonly NicFacts[]
  readonly drives: readonly DriveFacts[]
  /** The card whose other end is its BMC; missing: it has none. */
  readonly hostNic?: HostNicFacts | undefined
}

/** All sockets have the same. */
export interface ProcessorFacts {
  readonly sockets: number
  /** Of one socket. */
  readonly cores: number
  readonly threadsPerCore: number
  readonly model: string
  readonly manufacturer: string
}

export interface NicFacts {
  /** `52:54:00:..` */
  readonly mac: string
  /** QEMU's name of the device, such as `virtio-net-pci`. */
  readonly model: string
  /** The cable is plugged in. A machine that is off has no carrier whatever its cable. */
  readonly up: boolean
}

export interface DriveFacts {
  /** Short, and its own in this machine: `disk0`. */
  readonly name: string
  readonly model: string
  /** Undefined where it cannot be seen from outside. */
  readonly capacityBytes: number | undefined
}
