import type { Body } from './request.ts'

/** What one maker's Redfish calls things, and has besides: data of a personality. */
export interface Layout {
  /** ServiceRoot's; undefined: as the name plate says. */
  readonly vendor: string | undefined
  readonly product: string | undefined
  /** Ids of parts: those of which there may be several have `{n}` for the number, from 1 on, or `{i}` from 0 on. */
  readonly parts: Readonly<Record<PartKind, string>>
  /** Paths without their ids (`Systems/SimpleStorage`): such a service has none of them. */
  readonly without: readonly string[]
  /** Content of `Oem`, with words in braces, as oem.ts has them. */
  readonly oem: Readonly<Partial<Record<'root' | 'system' | 'manager' | 'chassis', Body>>>
}

export type PartKind = NumberedPart | SinglePart

/** `nic`: the interface and the function of its card that it is; `networkCard`: the card. */
export type NumberedPart = 'processor' | 'memory' | 'nic' | 'networkCard' | 'managerNic' | 'drive'

/** `cd` and `usb`: the drives of virtual media; `sel`: the log. */
export type SinglePart = 'storage' | 'storageController' | 'cd' | 'usb' | 'sel'
