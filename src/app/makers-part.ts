import type { BmcOptions } from '../bmc/bmc.ts'
import { standardCommands } from '../bmc/command-choice.ts'
import type { OemFacts } from '../bmc/oem.ts'
import type { MachineConfig, NodeConfig } from '../config/config.ts'
import type { Personality } from '../config/personality/personality.ts'
import { macOfName } from './mac.ts'
import { nodeText } from './personalities.ts'

/** Network cards of a server that no VM has. They are numbered behind the BMC's own channels. */
const USUAL_NICS = [16, 17]

/** What a personality says about a BMC beyond its sensors and records: users, commands, and what a maker's commands tell. */
export function makersPart(
  { users, oem, unanswered }: Personality,
  { name, machine }: Pick<NodeConfig, 'name' | 'machine'>,
): Pick<BmcOptions, 'userSlots' | 'commands' | 'oem'> {
  const standard = oem === undefined && unanswered.length === 0
  const without = new Set(unanswered.map(({ netFn, cmd }) => (netFn << 8) | cmd))
  return {
    userSlots: users,
    commands: standard ? standardCommands : { oem: oem?.commands, without },
    oem: oem && factsOf(oem, name, nicsOf(machine, name)),
  }
}

function factsOf(oem: NonNullable<Personality['oem']>, node: string, nics: readonly Uint8Array[]): OemFacts {
  const say = nodeText(node)
  switch (oem.commands) {
    case 'dell': {
      const { commands: maker, model, serviceTag, boardRevision, ...same } = oem
      return {
        ...same,
        maker,
        nics,
        model: say(model),
        serviceTag: say(serviceTag),
        boardRevision: say(boardRevision),
      }
    }
    case 'supermicro': {
      const { commands: maker, tag, ...same } = oem
      return { ...same, maker, nics, tag: say(tag) }
    }
    case 'openbmc':
      return { maker: oem.commands, nics }
  }
}

/** Those of the VM, as it really has them; a server without one has the usual ones. */
function nicsOf(machine: MachineConfig, node: string): readonly Uint8Array[] {
  const nics = machine.kind === 'command' ? [] : machine.nics
  if (machine.kind !== 'qemu' && nics.length === 0) return USUAL_NICS.map((number) => macOfName(node, number))
  return nics.map(({ mac }) => Uint8Array.from(mac.split(':'), (digits) => Number.parseInt(digits, 16)))
}
