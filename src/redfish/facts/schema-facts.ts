/**
 * What a schema of the DMTF (DSP8010) says, compiled by scripts/compile-redfish-facts.js. A property is a few words:
 * its type (`string`, `boolean`, `integer`, `number`, `link`, `open`, `any`, `object:Schema.Type`, `enum:Schema.Type`, with `[]` in front for a list),
 * then what holds for it: `write` (it may be), `required`, `create` (required for a POST), `null` (may be), `+v1_2_0` (since), `-v1_2_0`
 * (deprecated since), `format:`, `min:`, `max:`, and last, as it may have blanks in it, `pattern:`.
 */
export interface SchemaFacts {
  /** The newest; undefined: it has none, as collections have not. */
  readonly version?: string
  /** Where resources of it may be. */
  readonly uris?: readonly string[]
  /** Words of `insertable updatable deletable`. */
  readonly allows?: string
  readonly types: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** Values with blanks between them, or bars where a value has a blank in it. */
  readonly enums?: Readonly<Record<string, string>>
  /** Parameters by the name of the action. */
  readonly actions?: Readonly<Record<string, Readonly<Record<string, string>>>>
}
