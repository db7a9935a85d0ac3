import { join } from 'node:path'
import { type Lab, upLab } from './bmcsim.ts'
import { type TestNode, testNodes } from './node.ts'
import { tempFolder } from './temp-folder.ts'
import { unusedAddress } from './unused-address.ts'

/** A lab of one simulated machine that is on, with users of three levels: for the tests that ask about the BMC alone. */
export async function upSimulatedNode(): Promise<{ readonly node: TestNode; readonly lab: Lab }> {
  const [node] = testNodes([await unusedAddress()])
  const yaml = `nodes:
  ${node.name}:
    bmc: { address: ${node.host}, port: 623, guid: ${node.uuid} }
    machine: { kind: simulated, start: now }
    users:
      - { name: admin, password: password, privilege: admin }
      - { name: operator, password: op-secret, privilege: operator }
      - { name: user, password: user-secret, privilege: user }
`
  return { node, lab: await upLab(yaml, { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } }) }
}
