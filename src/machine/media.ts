/** A drive of a machine whose media the BMC changes. It is there with nothing in it, too. */
export interface MediaDrive {
  /** `Cd` */
  readonly id: string
  readonly types: readonly MediaType[]
  /** False: its guest can only read, whatever the medium is. */
  readonly writable: boolean
}

export type MediaType = 'CD' | 'DVD' | 'USBStick'

/** The image in a drive, as it is: sector by sector. */
export interface Medium {
  /** A whole path on this machine. */
  readonly file: string
  readonly writeProtected: boolean
}

/** The stick itself is what comes and goes. */
export const usbDrive: MediaDrive = { id: 'Usb', types: ['USBStick'], writable: true }

export const cdDrive: MediaDrive = { id: 'Cd', types: ['CD', 'DVD'], writable: false }
