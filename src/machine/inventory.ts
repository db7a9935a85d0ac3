/** What a machine is made of, as somebody would find who opens it. Looked up now; it costs no more than a few file sizes. */
export interface MachineInventory {
  readonly processors: ProcessorFacts
  readonly memoryMiB: number
  readonly nics: readonly NicFacts[]
  readonly drives: readonly DriveFacts[]
  readonly firmware: FirmwareFacts
}

/** All sockets hold the same. */
export interface ProcessorFacts {
  readonly sockets: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
  readonly model: string
  readonly manufacturer: string | undefined
  readonly instructionSet: 'x86-64'
  readonly maxSpeedMHz: number | undefined
}

export interface NicFacts {
  /** `nic0`; the same for as long as the node is. */
  readonly id: string
  /** `52:54:00:12:34:56` */
  readonly mac: string
  readonly model: string
  readonly linkUp: boolean
  readonly mtu: number
}

export interface DriveFacts {
  /** `disk0`, or `cd0` of a CD that the machine has as its own. */
  readonly id: string
  readonly kind: 'disk' | 'cdrom'
  /** Undefined: there is no such file just now, or nothing in the drive. */
  readonly capacityBytes: number | undefined
  readonly model: string
  readonly interface: 'virtio' | 'IDE' | 'SATA' | 'NVMe'
  readonly serialNumber: string | undefined
}

export interface FirmwareFacts {
  readonly kind: 'bios' | 'uefi'
  readonly name: string
  /** Undefined: nobody but the firmware itself knows. */
  readonly version: string | undefined
}

export function logicalProcessors({ sockets, coresPerSocket, threadsPerCore }: ProcessorFacts): number {
  return sockets * coresPerSocket * threadsPerCore
}
