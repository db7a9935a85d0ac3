import { link, linkList, managerPath, ROOT } from '../links.ts'
import { oemOf } from '../oem.ts'
import { MAX_LEVELS } from '../query/parse.ts'
import { resource } from '../resource.ts'

/** The newest version of the specification (DSP0266) that is followed. */
const REDFISH_VERSION = '1.20.0'

export const serviceRoot = resource({
  path: ROOT,
  type: 'ServiceRoot',
  open: 'read',
  find: (service) => service,
  get: ({ uuid, nodes }) => ({
    Id: 'RootService',
    Name: 'Root Service',
    RedfishVersion: REDFISH_VERSION,
    UUID: uuid,
    Vendor: nodes[0]?.layout.vendor ?? nodes[0]?.identity.manufacturer ?? 'bmcsim',
    Product: nodes[0]?.layout.product ?? 'bmcsim',
    ProtocolFeaturesSupported: {
      ExpandQuery: { ExpandAll: true, Levels: true, Links: true, NoLinks: true, MaxLevels: MAX_LEVELS },
      FilterQuery: true,
      FilterQueryComparisonOperations: true,
      FilterQueryCompoundOperations: true,
      SelectQuery: true,
      OnlyMemberQuery: true,
      TopSkipQuery: true,
      ExcerptQuery: true,
      MultipleHTTPRequests: true,
      DeepOperations: { DeepPATCH: false, DeepPOST: false },
    },
    Links: {
      Sessions: link(`${ROOT}/SessionService/Sessions`),
      ...(nodes.length === 1 &&
        linkList(nodes.map(managerPath)).length > 0 && { ManagerProvidingService: link(managerPath(nodes[0])) }),
    },
    ...(nodes.length === 1 && oemOf(nodes[0], 'root')),
  }),
})
