/** What the setup of a server's firmware decides. A machine takes it up when it is started or reset. */
export interface MachineSettings {
  readonly bootMode: 'bios' | 'uefi'
  /** The firmware talks on the serial port. */
  readonly serialRedirection: boolean
  readonly memoryMiB: number
  readonly processors: number
  readonly secureBoot: boolean
}

/** What a machine can be set to. */
export interface SettingsFacts {
  /** As it is where nobody has set anything. */
  readonly initial: MachineSettings
  readonly memoryMiB: { readonly least: number; readonly most: number }
  readonly mostProcessors: number
  /** Why it cannot have UEFI, or Secure Boot; undefined: it can. */
  readonly noUefi: string | undefined
  readonly noSecureBoot: string | undefined
}
