import { join } from 'node:path'
import { type Lab, upLab } from './bmcsim.ts'
import { tempFolder } from './temp-folder.ts'
import { unusedAddress } from './unused-address.ts'

/** A BMC over a simulated machine that is off, with Redfish on a port that everybody may have. */
export interface RedfishLab {
  readonly host: string
  readonly port: number
  readonly url: string
  readonly lab: Lab
  /** Of the authority that vouches for its certificate; there when the first client has come. */
  readonly authority: string
}

export async function upRedfish(): Promise<RedfishLab> {
  const host = await unusedAddress()
  const port = 8443
  const lab = await upLab(
    `nodes:
  cn01:
    bmc: { address: ${host}, redfish: { port: ${port}, http: 8080 } }
    machine: { kind: simulated, start: off }
    users:
      - { name: admin, password: password, privilege: admin }
      - { name: reader, password: looking, privilege: user }
`,
    { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
  )
  return { host, port, url: `https://${host}:${port}`, lab, authority: join(lab.state, '.ca.pem') }
}
