/** Makers whose own commands there are here (src/commands/oem). */
export const oemNames = ['dell', 'supermicro', 'openbmc'] as const
export type OemName = (typeof oemNames)[number]

/** Which commands a BMC answers: the standard ones, without some of them, and a maker's besides. */
export interface CommandChoice {
  readonly oem: OemName | undefined
  /** NetFn x 256 + command. */
  readonly without: ReadonlySet<number>
}

/** Every BMC that is nothing special shares this one. */
export const standardCommands: CommandChoice = { oem: undefined, without: new Set() }
