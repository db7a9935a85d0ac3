import { SetupError } from '../base/errors.ts'
import type { ChangingLab } from './change.ts'

/**
 * A node is made anew of the same configuration and of what `between` leaves of its state. Its machine goes on, as it does where only its BMC is
 * changed.
 */
export async function renewNode(lab: ChangingLab, name: string, between: () => void): Promise<void> {
  const { content } = lab
  const node = lab.nodes.find((one) => one.name === name)
  const planned = content.nodes.find(({ config }) => config.name === name)
  if (node === undefined || planned === undefined) return
  const power = node.bmc.power.state
  await lab.end([node], () => true)
  between()
  await lab.networks.open(content.nodes.map(({ config }) => config))
  const made = await lab.make([{ ...planned, anew: false }], () => true)
  const failures = await lab.openDoors(made)
  const byName = new Map([...lab.nodes, ...made].map((one) => [one.name, one]))
  lab.become(
    content,
    content.nodes.map(({ config }) => byName.get(config.name)).filter((one) => one !== undefined),
  )
  await Promise.all(made.map((one) => one.startMachine(power)))
  if (failures.length > 0) throw new SetupError(failures.join('\n'))
}
