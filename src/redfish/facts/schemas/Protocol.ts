// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Protocol: SchemaFacts = {
  types: {},
  enums: {
    Protocol: 'PCIe AHCI UHCI SAS SATA USB NVMe FC iSCSI FCoE FCP FICON NVMeOverFabrics SMB NFSv3 NFSv4 HTTP HTTPS FTP SFTP iWARP RoCE RoCEv2 I2C TCP UDP TFTP GenZ MultiProtocol InfiniBand Ethernet NVLink OEM DisplayPort HDMI VGA DVI CXL UPI QPI eMMC UET UALink',
  },
}
