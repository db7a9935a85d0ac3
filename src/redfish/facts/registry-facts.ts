/** A message registry (DSP8011) without its sentences. A message is its severity, then a letter for each argument: s(tring), n(umber). */
export interface RegistryFacts {
  readonly prefix: string
  readonly version: string
  readonly messages: Readonly<Record<string, string>>
}
