// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const VirtualMedia: SchemaFacts = {
  version: 'v1_6_5',
  uris: [
    '/redfish/v1/Managers/{ManagerId}/VirtualMedia/{VirtualMediaId}',
    '/redfish/v1/Systems/{ComputerSystemId}/VirtualMedia/{VirtualMediaId}',
    '/redfish/v1/CompositionService/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/VirtualMedia/{VirtualMediaId}',
    '/redfish/v1/ResourceBlocks/{ResourceBlockId}/Systems/{ComputerSystemId}/VirtualMedia/{VirtualMediaId}',
  ],
  allows: 'updatable',
  types: {
    VirtualMedia: {
      Certificates: 'link +v1_4_0',
      ClientCertificates: 'link +v1_5_0',
      ConnectedVia: 'enum:VirtualMedia.ConnectedVia null',
      Description: 'string null',
      EjectPolicy: 'enum:VirtualMedia.EjectPolicy write null +v1_6_0',
      EjectTimeout: 'string write null +v1_6_0 pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      Id: 'string required',
      Image: 'string write null format:uri-reference',
      ImageName: 'string null',
      Inserted: 'boolean write null',
      MediaTypes: '[]enum:VirtualMedia.MediaType',
      Name: 'string required',
      Oem: 'open',
      Password: 'string write null +v1_3_0',
      Status: 'object:Resource.Status +v1_4_0',
      TransferMethod: 'enum:VirtualMedia.TransferMethod write null +v1_3_0',
      TransferProtocolType: 'enum:VirtualMedia.TransferProtocolType write null +v1_3_0',
      UserName: 'string write null +v1_3_0',
      VerifyCertificate: 'boolean write null +v1_4_0',
      WriteProtected: 'boolean write null',
    },
  },
  enums: {
    ConnectedVia: 'NotConnected URI Applet Oem',
    EjectPolicy: 'OnPowerOff Session Timed AfterUse Persistent',
    MediaType: 'CD Floppy USBStick DVD',
    TransferMethod: 'Stream Upload',
    TransferProtocolType: 'CIFS FTP SFTP HTTP HTTPS NFS SCP TFTP OEM',
  },
  actions: {
    EjectMedia: {},
    InsertMedia: {
      Image: 'string required',
      Inserted: 'boolean',
      Password: 'string +v1_3_0',
      TransferMethod: 'enum:VirtualMedia.TransferMethod +v1_3_0',
      TransferProtocolType: 'enum:VirtualMedia.TransferProtocolType +v1_3_0',
      UserName: 'string +v1_3_0',
      WriteProtected: 'boolean',
    },
  },
}
