import type { PowerAction } from '../bmc/power/power.ts'
import type { Identity } from './access/identity.ts'
import type { RedfishNode } from './node.ts'

const actions = {
  On: 'power up',
  ForceOn: 'power up',
  ForceOff: 'power down',
  GracefulShutdown: 'soft shutdown',
  GracefulRestart: 'soft restart',
  ForceRestart: 'hard reset',
  PowerCycle: 'power cycle',
  Nmi: 'diagnostic interrupt',
} as const satisfies Record<string, PowerAction>

export type ResetType = keyof typeof actions | 'PushPowerButton'

/** Of Resource.ResetType, what this machine can do. */
export function resetTypes({ bmc }: RedfishNode): readonly ResetType[] {
  const { powerOn, reset, nmi, softOff } = bmc.machine.abilities
  const on: readonly ResetType[] = powerOn ? ['On', 'ForceOn'] : []
  return [
    ...on,
    'ForceOff',
    ...(softOff ? (['GracefulShutdown'] as const) : []),
    ...(powerOn && softOff ? (['GracefulRestart'] as const) : []),
    ...(reset ? (['ForceRestart'] as const) : []),
    ...(powerOn ? (['PowerCycle'] as const) : []),
    ...(powerOn && softOff ? (['PushPowerButton'] as const) : []),
    ...(nmi ? (['Nmi'] as const) : []),
  ]
}

/** The verb of every door. */
export function reset({ bmc }: RedfishNode, type: ResetType, by: Identity): Promise<void> {
  const action = type === 'PushPowerButton' ? (bmc.power.state === 'on' ? 'soft shutdown' : 'power up') : actions[type]
  return bmc.power.control(action, `${by.userName} by Redfish`)
}
