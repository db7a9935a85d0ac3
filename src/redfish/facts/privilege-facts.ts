/** The privilege map (DSP8011). A map of operations is text: `GET Login; PATCH ConfigureManager|ConfigureSelf`; `|` is or, `+` is and. */
export interface PrivilegeFacts {
  readonly version: string
  readonly entities: readonly { readonly map: string; readonly names: string }[]
  readonly overrides: Readonly<Record<string, PrivilegeOverrides>>
}

export interface PrivilegeOverrides {
  readonly properties?: readonly PrivilegeOverride[]
  /** Targets: the entities above it, outermost first. */
  readonly subordinates?: readonly PrivilegeOverride[]
  readonly uris?: readonly PrivilegeOverride[]
}

export interface PrivilegeOverride {
  readonly targets: readonly string[]
  readonly map: string
}
