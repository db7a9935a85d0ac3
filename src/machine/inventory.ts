/** What a machine is made of, as somebody with its lid open would find it. What cannot be known is undefined. */
export interface MachineInventory {
  /** What its main board is called: QEMU's machine type, for one. */
  readonly board: string
  readonly firmware: FirmwareFacts
  readonly processors: ProcessorFacts
  readonly memoryMiB: number
  readonly nics: readonly NicFacts[]
  readonly drives: readonly DriveFacts[]
  /** Device names of its serial ports as a PC counts them, COM1 first. */
  readonly serialPorts: readonly string[]
}

export interface FirmwareFacts {
  readonly kind: 'bios' | 'uefi'
  readonly vendor: string
  readonly version: string
}

export interface ProcessorFacts {
  readonly sockets: number
  readonly coresPerSocket: number
  readonly threadsPerCore: number
  readonly model: string
  readonly vendor: string
  readonly instructionSet: 'x86-64' | 'ARM-A64'
}

export interface NicFacts {
  /** `nic0`, and so on: its name among boot devices, too. */
  readonly id: string
  /** Six bytes, `52:54:00:..`, lower case. */
  readonly mac: string
  readonly model: string
  readonly linkUp: boolean
  /** Known once it has run. */
  readonly pci: PciPlace | undefined
}

export interface PciPlace {
  readonly bus: number
  readonly slot: number
  readonly function: number
}

export interface DriveFacts {
  /** `disk0`, and so on: its name among boot devices, too. */
  readonly id: string
  readonly model: string
  readonly interface: 'virtio' | 'SATA' | 'IDE'
  readonly serial: string | undefined
  /** As its guest sees it. Undefined where nobody can tell before it has run. */
  readonly capacityBytes: number | undefined
  readonly pci: PciPlace | undefined
}
