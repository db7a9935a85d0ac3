import type { NodeStatus } from '../app/node-status.ts'
import type { LabNode } from '../lab/whole-lab.ts'
import { shellWord } from './table.ts'

/**
 * Three commands for a person to paste, complete as they are: address, port, user and password, and what else this BMC
 * insists on. ipmitool asks for Administrator by itself, so a lower level has to be said (`-L`).
 *
 * Without `secrets`, for what goes to a file or a journal, ipmitool asks for the password (`-a`), and K_g is left to the
 * shell.
 */
export function pasteLines(
  node: LabNode,
  { bmc }: NodeStatus,
  call: string,
  state: string | undefined,
  secrets: boolean,
): string[] {
  const { login } = node
  const stateFlag = state === undefined ? '' : ` --state ${shellWord(state)}`
  const console = `${call} console${stateFlag} ${shellWord(node.name)}`
  if (login === undefined || bmc.address === '') return [console]
  const level =
    login.privilege === 'Operator' || login.privilege === 'User' ? ['-L', login.privilege.toUpperCase()] : []
  const key = login.kg === undefined ? '' : ` -y ${secrets ? Buffer.from(login.kg).toString('hex') : '$KG'}`
  const words = ['ipmitool', '-I', 'lanplus', '-H', bmc.address, '-p', String(bmc.port)]
  const password = secrets ? ['-P', login.password] : ['-a']
  const ipmitool = [...words, '-U', login.user, ...password, ...level].map(shellWord).join(' ') + key
  return [`${ipmitool} chassis power on`, `${ipmitool} sol activate`, console]
}
