import type { HostInterface } from '../../bmc/access/host-interface.ts'
import { privilegeOfRole, roleNames } from '../access/roles.ts'
import { flag, members, oneOf } from '../fields.ts'
import { bmcEndPath, HOST_INTERFACE } from '../host-ends.ts'
import { link, linkList, managerPath, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { collection, resource, write } from '../resource.ts'
import { nodeOfManager } from '../service-parts.ts'

const PATH = `${ROOT}/Managers/{manager}/HostInterfaces`

export const hostInterfaces = collection<RedfishNode>({
  path: PATH,
  type: 'HostInterfaceCollection',
  name: 'Ways of the machine to its BMC',
  find(service, { manager }) {
    const node = nodeOfManager(service, manager)
    return node?.bmc.hostInterface && node
  },
  members: () => [HOST_INTERFACE],
})

interface Way {
  readonly node: RedfishNode
  readonly way: HostInterface
}

export const hostInterface = resource<Way>({
  path: `${PATH}/{interface}`,
  type: 'HostInterface',
  find(service, { manager, interface: id }) {
    const node = nodeOfManager(service, manager)
    const way = id === HOST_INTERFACE ? node?.bmc.hostInterface : undefined
    return node && way && { node, way }
  },
  get({ node, way }) {
    const { bootstrap, enabled } = way
    const role = roleNames.find((name) => privilegeOfRole[name] === bootstrap.level) ?? 'ReadOnly'
    return {
      Name: 'Host interface',
      Description: 'A network card in the machine whose other end is the BMC',
      HostInterfaceType: 'NetworkHostInterface',
      InterfaceEnabled: enabled,
      ExternallyAccessible: false,
      AuthenticationModes: ['BasicAuth', 'RedfishSessionAuth'],
      CredentialBootstrapping: {
        Enabled: bootstrap.enabled,
        EnableAfterReset: bootstrap.enabledAfterReset,
        RoleId: role,
      },
      HostEthernetInterfaces: link(`${systemPath(node)}/EthernetInterfaces`),
      ManagerEthernetInterface: link(bmcEndPath(node)),
      NetworkProtocol: link(`${managerPath(node)}/NetworkProtocol`),
      Status: { State: enabled ? 'Enabled' : 'Disabled', Health: 'OK' },
      Links: {
        ComputerSystems: linkList([systemPath(node)]),
        CredentialBootstrappingRole: link(`${ROOT}/AccountService/Roles/${role}`),
      },
    }
  },
  patch: {
    InterfaceEnabled: write(flag, ({ way }, enabled) => way.setEnabled(enabled)),
    CredentialBootstrapping: write(
      members({ Enabled: flag, EnableAfterReset: flag, RoleId: oneOf(roleNames) }),
      ({ way: { bootstrap } }, { Enabled, EnableAfterReset, RoleId }) => {
        if (RoleId !== undefined) bootstrap.setLevel(privilegeOfRole[RoleId])
        if (EnableAfterReset !== undefined) bootstrap.setEnabledAfterReset(EnableAfterReset)
        if (Enabled !== undefined) bootstrap.setEnabled(Enabled)
      },
    ),
  },
})
