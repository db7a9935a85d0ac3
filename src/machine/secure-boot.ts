/** What can be done with the keys of Secure Boot: those that the firmware came with, none, or all but the platform key. */
export type KeyReset = 'defaults' | 'none' | 'no platform key'

/** The keys that a machine's firmware checks with what it boots (UEFI 2.10 §32.3). */
export interface SecureBootKeys {
  /** Setup: there is no platform key, anything is booted and anybody may set keys. */
  readonly mode: 'user' | 'setup'
  /** What the next start or reset does with them; undefined: they stay. */
  readonly pending: KeyReset | undefined
  /** At once where the machine does not use them; else at its next start or reset. */
  reset(what: KeyReset): void
}
