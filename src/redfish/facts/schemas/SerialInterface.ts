// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const SerialInterface: SchemaFacts = {
  version: 'v1_3_0',
  uris: ['/redfish/v1/Managers/{ManagerId}/SerialInterfaces/{SerialInterfaceId}'],
  allows: 'updatable',
  types: {
    SerialInterface: {
      BitRate: 'enum:SerialInterface.BitRate write',
      ConnectorType: 'enum:SerialInterface.ConnectorType',
      DataBits: 'enum:SerialInterface.DataBits write',
      Description: 'string null',
      FlowControl: 'enum:SerialInterface.FlowControl write',
      Id: 'string required',
      InterfaceEnabled: 'boolean write null',
      Links: 'object:SerialInterface.Links +v1_2_0',
      Modbus: 'object:SerialInterface.Modbus +v1_3_0',
      Name: 'string required',
      Oem: 'open',
      Parity: 'enum:SerialInterface.Parity write',
      PinOut: 'enum:SerialInterface.PinOut null',
      SignalType: 'enum:SerialInterface.SignalType',
      StopBits: 'enum:SerialInterface.StopBits write',
    },
    Links: { Oem: 'open' },
    Modbus: {
      ReadOnly: 'boolean write null +v1_3_0',
      Role: 'enum:SerialInterface.Role write +v1_3_0',
      ServerId: 'integer write null +v1_3_0 min:1 max:247',
    },
  },
  enums: {
    BitRate: '1200 2400 4800 9600 19200 38400 57600 115200 230400',
    ConnectorType: 'RJ45|RJ11|DB9 Female|DB9 Male|DB25 Female|DB25 Male|USB|mUSB|uUSB',
    DataBits: '5 6 7 8',
    FlowControl: 'None Software Hardware',
    Parity: 'None Even Odd Mark Space',
    PinOut: 'Cisco Cyclades Digi Modbus2Wire Modbus4Wire ModbusRs232',
    Role: 'Client Server',
    SignalType: 'Rs232 Rs485',
    StopBits: '1 2',
  },
}
