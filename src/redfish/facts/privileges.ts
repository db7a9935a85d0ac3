// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { PrivilegeFacts } from './privilege-facts.ts'

export const privileges: PrivilegeFacts = {
  version: '1.8.0',
  entities: [
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
      names: 'AccelerationFunction AccelerationFunctionCollection AddressPool AddressPoolCollection Application ApplicationCollection Assembly AutomationInstrumentation AutomationNode AutomationNodeCollection Bios BootOption BootOptionCollection CXLLogicalDevice CXLLogicalDeviceCollection Cable CableCollection Chassis ChassisCollection Circuit CircuitCollection ComputerSystem ComputerSystemCollection Connection ConnectionCollection Container ContainerCollection ContainerImage ContainerImageCollection CoolantConnector CoolantConnectorCollection CoolingLoop CoolingLoopCollection CoolingUnit CoolingUnitCollection Drive DriveCollection DriveMetrics Endpoint EndpointCollection EndpointGroup EndpointGroupCollection EthernetInterface EthernetInterfaceCollection Fabric FabricAdapter FabricAdapterCollection FabricCollection Facility FacilityCollection Filter FilterCollection GraphicsController GraphicsControllerCollection JobDocument JobDocumentCollection JobExecutor JobExecutorCollection LeakDetection LeakDetector LeakDetectorCollection MediaController MediaControllerCollection Memory MemoryChunks MemoryChunksCollection MemoryCollection MemoryDomain MemoryDomainCollection MemoryMetrics MemoryRegion MemoryRegionCollection NetworkAdapter NetworkAdapterCollection NetworkDeviceFunction NetworkDeviceFunctionCollection NetworkInterface NetworkInterfaceCollection NetworkPort NetworkPortCollection OperatingConfig OperatingConfigCollection OperatingSystem Outlet OutletCollection OutletGroup OutletGroupCollection PCIeDevice PCIeDeviceCollection PCIeFunction PCIeFunctionCollection PCIeSlots Port PortCollection PortMetrics PowerDistribution PowerDistributionCollection PowerDistributionMetrics Processor ProcessorCollection ProcessorMetrics Pump PumpCollection Reservoir ReservoirCollection ResourceBlock ResourceBlockCollection RouteEntry RouteEntryCollection RouteSetEntry RouteSetEntryCollection SecureBoot SecureBootDatabase SecureBootDatabaseCollection Sensor SensorCollection Signature SignatureCollection SimpleStorage SimpleStorageCollection SoftwareInventory SoftwareInventoryCollection Storage StorageCollection StorageController StorageControllerCollection StorageControllerMetrics StorageMetrics Switch SwitchCollection SwitchMetrics TelemetryData TelemetryDataCollection USBController USBControllerCollection UpdateService UpdateServiceCapabilities VCATEntry VCATEntryCollection VirtualCXLSwitch VirtualCXLSwitchCollection VirtualPCI2PCIBridge VirtualPCI2PCIBridgeCollection Volume VolumeCollection Zone ZoneCollection',
    },
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureUsers; POST ConfigureUsers; PUT ConfigureUsers; DELETE ConfigureUsers',
      names: 'AccountService ManagerAccountCollection',
    },
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager',
      names: 'ActionInfo AggregationService AggregationSource AggregationSourceCollection AllowDeny AllowDenyCollection AttributeRegistry Battery BatteryCollection BatteryMetrics CertificateService ComponentIntegrity ComponentIntegrityCollection CompositionReservation CompositionReservationCollection CompositionService ConnectionMethod ConnectionMethodCollection Control ControlCollection EnvironmentMetrics EventService ExternalAccountProvider ExternalAccountProviderCollection Fan FanCollection Heater HeaterCollection HeaterMetrics HostInterface HostInterfaceCollection Job JobCollection JobService JsonSchemaFile JsonSchemaFileCollection Key KeyCollection KeyPolicy KeyPolicyCollection KeyService License LicenseCollection LicenseService LogEntry LogEntryCollection LogService LogServiceCollection Manager ManagerCollection ManagerDiagnosticData ManagerNetworkProtocol MessageRegistry MessageRegistryFile MessageRegistryFileCollection MetricDefinition MetricDefinitionCollection MetricReport MetricReportCollection MetricReportDefinition MetricReportDefinitionCollection NetworkAdapterMetrics NetworkDeviceFunctionMetrics OutboundConnection OutboundConnectionCollection Power PowerDomain PowerDomainCollection PowerEquipment PowerSubsystem PowerSupply PowerSupplyCollection PowerSupplyMetrics PrivilegeRegistry Role RoleCollection SecurityPolicy SerialInterface SerialInterfaceCollection ServiceConditions SessionService Task TaskCollection TaskService TelemetryService Thermal ThermalEquipment ThermalMetrics ThermalSubsystem Triggers TriggersCollection TrustedComponent TrustedComponentCollection VLanNetworkInterface VLanNetworkInterfaceCollection VirtualMedia VirtualMediaCollection',
    },
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureManager|ConfigureComponents; POST ConfigureManager|ConfigureComponents; PUT ConfigureManager|ConfigureComponents; DELETE ConfigureManager|ConfigureComponents',
      names: 'Aggregate AggregateCollection EventDestinationCollection RegisteredClientCollection',
    },
    {
      map: 'GET ConfigureManager; HEAD ConfigureManager; PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager',
      names: 'Certificate CertificateCollection CertificateEnrollment CertificateEnrollmentCollection CertificateLocations',
    },
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureManager|ConfigureSelf; POST ConfigureManager|ConfigureSelf; PUT ConfigureManager|ConfigureSelf; DELETE ConfigureManager|ConfigureSelf',
      names: 'EventDestination RegisteredClient',
    },
    {
      map: 'GET ConfigureManager|ConfigureUsers|ConfigureSelf; HEAD Login; PATCH ConfigureUsers; POST ConfigureUsers; PUT ConfigureUsers; DELETE ConfigureUsers',
      names: 'ManagerAccount',
    },
    {
      map: 'GET Login|NoAuth; HEAD Login|NoAuth; PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager',
      names: 'ServiceRoot',
    },
    {
      map: 'GET ConfigureManager|ConfigureSelf; HEAD ConfigureManager|ConfigureSelf; PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager|ConfigureSelf',
      names: 'Session',
    },
    {
      map: 'GET Login; HEAD Login; PATCH ConfigureManager; POST Login; PUT ConfigureManager; DELETE ConfigureManager',
      names: 'SessionCollection',
    },
  ],
  overrides: {
    Certificate: {
      subordinates: [
        {
          targets: ['ComputerSystem'],
          map: 'GET ConfigureComponents; HEAD ConfigureComponents; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    CertificateCollection: {
      subordinates: [
        {
          targets: ['ComputerSystem'],
          map: 'GET ConfigureComponents; HEAD ConfigureComponents; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    EnvironmentMetrics: {
      subordinates: [
        {
          targets: ['Processor'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Memory'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Drive'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['PCIeDevice'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['StorageController'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Port'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    EthernetInterface: {
      subordinates: [
        {
          targets: ['Manager', 'EthernetInterfaceCollection'],
          map: 'PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager',
        },
      ],
    },
    EthernetInterfaceCollection: {
      subordinates: [
        {
          targets: ['Manager'],
          map: 'PATCH ConfigureManager; POST ConfigureManager; PUT ConfigureManager; DELETE ConfigureManager',
        },
      ],
    },
    LogEntry: {
      subordinates: [
        {
          targets: ['ComputerSystem', 'LogServiceCollection', 'LogService', 'LogEntryCollection'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Chassis', 'LogServiceCollection', 'LogService', 'LogEntryCollection'],
          map: 'GET Login; HEAD Login; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    LogEntryCollection: {
      subordinates: [
        {
          targets: ['ComputerSystem', 'LogServiceCollection', 'LogService'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Chassis', 'LogServiceCollection', 'LogService'],
          map: 'GET Login; HEAD Login; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    LogService: {
      subordinates: [
        {
          targets: ['ComputerSystem', 'LogServiceCollection'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Chassis', 'LogServiceCollection'],
          map: 'GET Login; HEAD Login; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    LogServiceCollection: {
      subordinates: [
        {
          targets: ['ComputerSystem'],
          map: 'PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
        {
          targets: ['Chassis'],
          map: 'GET Login; HEAD Login; PATCH ConfigureComponents; POST ConfigureComponents; PUT ConfigureComponents; DELETE ConfigureComponents',
        },
      ],
    },
    ManagerAccount: { properties: [{ targets: ['Password'], map: 'PATCH ConfigureUsers|ConfigureSelf' }] },
  },
}
