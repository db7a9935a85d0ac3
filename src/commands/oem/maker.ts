import type { Bmc } from '../../bmc/bmc.ts'
import type { OemFacts } from '../../bmc/oem.ts'

/**
 * oem/ has what makers of servers add to IPMI, as far as public clients ask for it: ipmitool 1.8.19 (`delloem`) and
 * FreeIPMI 1.6.10 (`ipmi-oem`) are what each command was learned from and tried with. Which of them a BMC answers
 * is its personality's choice.
 */

/** "Controller-specific OEM/Group" (IPMI 2.0 Table 5-1): 30h is free for every maker's own use. */
export const MAKERS_NETFN = 0x30

/** The facts of one maker: its commands are answered only by BMCs that have them. */
export function factsOf<M extends OemFacts['maker']>({ oem }: Bmc, maker: M): Extract<OemFacts, { maker: M }> {
  const { facts } = oem
  if (isOf(facts, maker)) return facts
  throw new Error(`a command of ${maker} was asked of a BMC that has no facts for it`)
}

function isOf<M extends OemFacts['maker']>(
  facts: OemFacts | undefined,
  maker: M,
): facts is Extract<OemFacts, { maker: M }> {
  return facts?.maker === maker
}
