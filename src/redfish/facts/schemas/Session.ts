// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Session: SchemaFacts = {
  version: 'v1_8_0',
  uris: ['/redfish/v1/SessionService/Sessions/{SessionId}'],
  allows: 'deletable',
  types: {
    Session: {
      ClientOriginIPAddress: 'string null +v1_3_0',
      Context: 'string null +v1_5_0',
      CreatedTime: 'string null +v1_4_0 format:date-time',
      Description: 'string null',
      ExpirationTime: 'string +v1_8_0 format:date-time',
      Id: 'string required',
      Links: 'object:Session.Links +v1_7_0',
      Name: 'string required',
      Oem: 'open',
      OemSessionType: 'string null +v1_2_0',
      Password: 'string create null',
      Roles: '[]string null +v1_7_0',
      SessionType: 'enum:Session.SessionTypes null +v1_2_0',
      Token: 'string null +v1_6_0',
      UserName: 'string create null',
    },
    Links: { Oem: 'open', OutboundConnection: 'link +v1_7_0' },
  },
  enums: {
    SessionTypes: 'HostConsole ManagerConsole IPMI KVMIP OEM Redfish VirtualMedia WebUI OutboundConnection',
  },
}
