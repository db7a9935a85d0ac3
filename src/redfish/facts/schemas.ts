// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from './schema-facts.ts'
import { AccountService } from './schemas/AccountService.ts'
import { ActionInfo } from './schemas/ActionInfo.ts'
import { Assembly } from './schemas/Assembly.ts'
import { AttributeRegistry } from './schemas/AttributeRegistry.ts'
import { Bios } from './schemas/Bios.ts'
import { BootOption } from './schemas/BootOption.ts'
import { BootOptionCollection } from './schemas/BootOptionCollection.ts'
import { Certificate } from './schemas/Certificate.ts'
import { CertificateCollection } from './schemas/CertificateCollection.ts'
import { CertificateLocations } from './schemas/CertificateLocations.ts'
import { CertificateService } from './schemas/CertificateService.ts'
import { Chassis } from './schemas/Chassis.ts'
import { ChassisCollection } from './schemas/ChassisCollection.ts'
import { ComputerSystem } from './schemas/ComputerSystem.ts'
import { ComputerSystemCollection } from './schemas/ComputerSystemCollection.ts'
import { Control } from './schemas/Control.ts'
import { ControlCollection } from './schemas/ControlCollection.ts'
import { Drive } from './schemas/Drive.ts'
import { DriveCollection } from './schemas/DriveCollection.ts'
import { EnvironmentMetrics } from './schemas/EnvironmentMetrics.ts'
import { EthernetInterface } from './schemas/EthernetInterface.ts'
import { EthernetInterfaceCollection } from './schemas/EthernetInterfaceCollection.ts'
import { Event } from './schemas/Event.ts'
import { EventDestination } from './schemas/EventDestination.ts'
import { EventDestinationCollection } from './schemas/EventDestinationCollection.ts'
import { EventService } from './schemas/EventService.ts'
import { Facility } from './schemas/Facility.ts'
import { Fan } from './schemas/Fan.ts'
import { FanCollection } from './schemas/FanCollection.ts'
import { HostInterface } from './schemas/HostInterface.ts'
import { HostInterfaceCollection } from './schemas/HostInterfaceCollection.ts'
import { IPAddresses } from './schemas/IPAddresses.ts'
import { JsonSchemaFile } from './schemas/JsonSchemaFile.ts'
import { JsonSchemaFileCollection } from './schemas/JsonSchemaFileCollection.ts'
import { LogEntry } from './schemas/LogEntry.ts'
import { LogEntryCollection } from './schemas/LogEntryCollection.ts'
import { LogService } from './schemas/LogService.ts'
import { LogServiceCollection } from './schemas/LogServiceCollection.ts'
import { Manager } from './schemas/Manager.ts'
import { ManagerAccount } from './schemas/ManagerAccount.ts'
import { ManagerAccountCollection } from './schemas/ManagerAccountCollection.ts'
import { ManagerCollection } from './schemas/ManagerCollection.ts'
import { ManagerNetworkProtocol } from './schemas/ManagerNetworkProtocol.ts'
import { Memory } from './schemas/Memory.ts'
import { MemoryCollection } from './schemas/MemoryCollection.ts'
import { MemoryMetrics } from './schemas/MemoryMetrics.ts'
import { Message } from './schemas/Message.ts'
import { MessageRegistry } from './schemas/MessageRegistry.ts'
import { MessageRegistryFile } from './schemas/MessageRegistryFile.ts'
import { MessageRegistryFileCollection } from './schemas/MessageRegistryFileCollection.ts'
import { MetricDefinition } from './schemas/MetricDefinition.ts'
import { MetricDefinitionCollection } from './schemas/MetricDefinitionCollection.ts'
import { MetricReport } from './schemas/MetricReport.ts'
import { MetricReportCollection } from './schemas/MetricReportCollection.ts'
import { MetricReportDefinition } from './schemas/MetricReportDefinition.ts'
import { MetricReportDefinitionCollection } from './schemas/MetricReportDefinitionCollection.ts'
import { NetworkAdapter } from './schemas/NetworkAdapter.ts'
import { NetworkAdapterCollection } from './schemas/NetworkAdapterCollection.ts'
import { NetworkDeviceFunction } from './schemas/NetworkDeviceFunction.ts'
import { NetworkDeviceFunctionCollection } from './schemas/NetworkDeviceFunctionCollection.ts'
import { NetworkInterface } from './schemas/NetworkInterface.ts'
import { NetworkInterfaceCollection } from './schemas/NetworkInterfaceCollection.ts'
import { PCIeDevice } from './schemas/PCIeDevice.ts'
import { PCIeDeviceCollection } from './schemas/PCIeDeviceCollection.ts'
import { PCIeFunction } from './schemas/PCIeFunction.ts'
import { PCIeFunctionCollection } from './schemas/PCIeFunctionCollection.ts'
import { PCIeSlots } from './schemas/PCIeSlots.ts'
import { PhysicalContext } from './schemas/PhysicalContext.ts'
import { Port } from './schemas/Port.ts'
import { PortCollection } from './schemas/PortCollection.ts'
import { Power } from './schemas/Power.ts'
import { PowerSubsystem } from './schemas/PowerSubsystem.ts'
import { PowerSupply } from './schemas/PowerSupply.ts'
import { PowerSupplyCollection } from './schemas/PowerSupplyCollection.ts'
import { PowerSupplyMetrics } from './schemas/PowerSupplyMetrics.ts'
import { PrivilegeRegistry } from './schemas/PrivilegeRegistry.ts'
import { Privileges } from './schemas/Privileges.ts'
import { Processor } from './schemas/Processor.ts'
import { ProcessorCollection } from './schemas/ProcessorCollection.ts'
import { ProcessorMetrics } from './schemas/ProcessorMetrics.ts'
import { Protocol } from './schemas/Protocol.ts'
import { Redundancy } from './schemas/Redundancy.ts'
import { Resource } from './schemas/Resource.ts'
import { Role } from './schemas/Role.ts'
import { RoleCollection } from './schemas/RoleCollection.ts'
import { Schedule } from './schemas/Schedule.ts'
import { SecureBoot } from './schemas/SecureBoot.ts'
import { SecureBootDatabase } from './schemas/SecureBootDatabase.ts'
import { SecureBootDatabaseCollection } from './schemas/SecureBootDatabaseCollection.ts'
import { Sensor } from './schemas/Sensor.ts'
import { SensorCollection } from './schemas/SensorCollection.ts'
import { SerialInterface } from './schemas/SerialInterface.ts'
import { SerialInterfaceCollection } from './schemas/SerialInterfaceCollection.ts'
import { ServiceRoot } from './schemas/ServiceRoot.ts'
import { Session } from './schemas/Session.ts'
import { SessionCollection } from './schemas/SessionCollection.ts'
import { SessionService } from './schemas/SessionService.ts'
import { Settings } from './schemas/Settings.ts'
import { SimpleStorage } from './schemas/SimpleStorage.ts'
import { SimpleStorageCollection } from './schemas/SimpleStorageCollection.ts'
import { SoftwareInventory } from './schemas/SoftwareInventory.ts'
import { SoftwareInventoryCollection } from './schemas/SoftwareInventoryCollection.ts'
import { Storage } from './schemas/Storage.ts'
import { StorageCollection } from './schemas/StorageCollection.ts'
import { StorageController } from './schemas/StorageController.ts'
import { StorageControllerCollection } from './schemas/StorageControllerCollection.ts'
import { Task } from './schemas/Task.ts'
import { TaskCollection } from './schemas/TaskCollection.ts'
import { TaskService } from './schemas/TaskService.ts'
import { TelemetryService } from './schemas/TelemetryService.ts'
import { Thermal } from './schemas/Thermal.ts'
import { ThermalMetrics } from './schemas/ThermalMetrics.ts'
import { ThermalSubsystem } from './schemas/ThermalSubsystem.ts'
import { Triggers } from './schemas/Triggers.ts'
import { TriggersCollection } from './schemas/TriggersCollection.ts'
import { UpdateService } from './schemas/UpdateService.ts'
import { VirtualMedia } from './schemas/VirtualMedia.ts'
import { VirtualMediaCollection } from './schemas/VirtualMediaCollection.ts'
import { Volume } from './schemas/Volume.ts'
import { VolumeCollection } from './schemas/VolumeCollection.ts'

export const schemas: Readonly<Record<string, SchemaFacts>> = {
  AccountService,
  ActionInfo,
  Assembly,
  AttributeRegistry,
  Bios,
  BootOption,
  BootOptionCollection,
  Certificate,
  CertificateCollection,
  CertificateLocations,
  CertificateService,
  Chassis,
  ChassisCollection,
  ComputerSystem,
  ComputerSystemCollection,
  Control,
  ControlCollection,
  Drive,
  DriveCollection,
  EnvironmentMetrics,
  EthernetInterface,
  EthernetInterfaceCollection,
  Event,
  EventDestination,
  EventDestinationCollection,
  EventService,
  Facility,
  Fan,
  FanCollection,
  HostInterface,
  HostInterfaceCollection,
  IPAddresses,
  JsonSchemaFile,
  JsonSchemaFileCollection,
  LogEntry,
  LogEntryCollection,
  LogService,
  LogServiceCollection,
  Manager,
  ManagerAccount,
  ManagerAccountCollection,
  ManagerCollection,
  ManagerNetworkProtocol,
  Memory,
  MemoryCollection,
  MemoryMetrics,
  Message,
  MessageRegistry,
  MessageRegistryFile,
  MessageRegistryFileCollection,
  MetricDefinition,
  MetricDefinitionCollection,
  MetricReport,
  MetricReportCollection,
  MetricReportDefinition,
  MetricReportDefinitionCollection,
  NetworkAdapter,
  NetworkAdapterCollection,
  NetworkDeviceFunction,
  NetworkDeviceFunctionCollection,
  NetworkInterface,
  NetworkInterfaceCollection,
  PCIeDevice,
  PCIeDeviceCollection,
  PCIeFunction,
  PCIeFunctionCollection,
  PCIeSlots,
  PhysicalContext,
  Port,
  PortCollection,
  Power,
  PowerSubsystem,
  PowerSupply,
  PowerSupplyCollection,
  PowerSupplyMetrics,
  PrivilegeRegistry,
  Privileges,
  Processor,
  ProcessorCollection,
  ProcessorMetrics,
  Protocol,
  Redundancy,
  Resource,
  Role,
  RoleCollection,
  Schedule,
  SecureBoot,
  SecureBootDatabase,
  SecureBootDatabaseCollection,
  Sensor,
  SensorCollection,
  SerialInterface,
  SerialInterfaceCollection,
  ServiceRoot,
  Session,
  SessionCollection,
  SessionService,
  Settings,
  SimpleStorage,
  SimpleStorageCollection,
  SoftwareInventory,
  SoftwareInventoryCollection,
  Storage,
  StorageCollection,
  StorageController,
  StorageControllerCollection,
  Task,
  TaskCollection,
  TaskService,
  TelemetryService,
  Thermal,
  ThermalMetrics,
  ThermalSubsystem,
  Triggers,
  TriggersCollection,
  UpdateService,
  VirtualMedia,
  VirtualMediaCollection,
  Volume,
  VolumeCollection,
}
