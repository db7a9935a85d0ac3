// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const PhysicalContext: SchemaFacts = {
  types: {},
  enums: {
    LogicalContext: 'Capacity Environment Network Performance Security Storage',
    PhysicalContext: 'Room Intake Exhaust LiquidInlet LiquidOutlet Front Back Upper Lower CPU CPUSubsystem GPU GPUSubsystem FPGA Accelerator ASIC Backplane SystemBoard PowerSupply PowerSubsystem VoltageRegulator Rectifier StorageDevice StorageSubsystem NetworkingDevice ExpansionSubsystem ComputeBay StorageBay NetworkBay ExpansionBay PowerSupplyBay Memory MemorySubsystem Chassis Fan CoolingSubsystem Motor Transformer ACUtilityInput ACStaticBypassInput ACMaintenanceBypassInput DCBus ACOutput ACInput PowerOutlet TrustedModule Board Transceiver Battery Pump Filter Reservoir Switch Manager',
    PhysicalSubContext: 'Input Output',
  },
}
