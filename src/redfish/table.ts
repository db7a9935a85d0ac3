import { account, accountService, accounts, role, roles } from './resources/account-service.ts'
import { assembly } from './resources/assembly.ts'
import { attributeRegistry, bios, biosSettings } from './resources/bios.ts'
import { bootOption, bootOptions } from './resources/boot-options.ts'
import {
  certificateLocations,
  certificateService,
  httpsCertificate,
  httpsCertificates,
} from './resources/certificates.ts'
import { chassis, chassisCollection } from './resources/chassis.ts'
import { control, controls } from './resources/controls.ts'
import { chassisEnvironment, memoryEnvironment, processorEnvironment } from './resources/environment-metrics.ts'
import { eventService, subscription, subscriptions } from './resources/event-service.ts'
import { hostInterface, hostInterfaces } from './resources/host-interface.ts'
import { jsonSchema, jsonSchemas } from './resources/json-schemas.ts'
import { chassisLogs, managerLogs, systemLogs } from './resources/logs.ts'
import { managerInterface, managerInterfaces, networkProtocol } from './resources/manager-network.ts'
import { manager, managers } from './resources/managers.ts'
import { memoryModule, memoryModules } from './resources/memory.ts'
import { power } from './resources/power.ts'
import { powerSubsystem, powerSupplies, powerSupply, powerSupplyMetrics } from './resources/power-subsystem.ts'
import { privilegeMap } from './resources/privilege-map.ts'
import { processor, processors } from './resources/processors.ts'
import { registry, registryFile, registryFiles } from './resources/registries.ts'
import { secureBoot } from './resources/secure-boot.ts'
import { sensor, sensors } from './resources/sensors.ts'
import { serviceRoot } from './resources/service-root.ts'
import { session, sessionService, sessions } from './resources/session-service.ts'
import {
  drive,
  simpleStorage,
  simpleStorages,
  storage,
  storageController,
  storageControllers,
  storages,
  volume,
  volumes,
} from './resources/storage.ts'
import {
  ethernetInterface,
  ethernetInterfaces,
  networkAdapter,
  networkAdapters,
  networkFunction,
  networkFunctions,
  networkInterface,
  networkInterfaces,
} from './resources/system-network.ts'
import { system, systems } from './resources/systems.ts'
import { task, taskMonitor, taskService, tasks } from './resources/task-service.ts'
import {
  metricDefinition,
  metricDefinitions,
  metricReport,
  metricReports,
  reportDefinition,
  reportDefinitions,
  telemetryService,
} from './resources/telemetry-service.ts'
import { thermal } from './resources/thermal.ts'
import { fan, fans, thermalMetrics, thermalSubsystem } from './resources/thermal-subsystem.ts'
import { firmware, firmwares, updateService } from './resources/update-service.ts'
import { managerDrive, managerMedia, systemDrive, systemMedia } from './resources/virtual-media.ts'
import { Routes } from './routes.ts'

/** Every resource, a family a line. */
export const table = [
  ...[serviceRoot],
  ...[sessionService, sessions, session],
  ...[accountService, accounts, account, roles, role, privilegeMap],
  ...[certificateService, certificateLocations, httpsCertificates, httpsCertificate],
  ...[updateService, firmwares, firmware],
  ...[taskService, tasks, task, taskMonitor],
  ...[systems, system],
  ...[bios, biosSettings, attributeRegistry, bootOptions, bootOption],
  ...[processors, processor, memoryModules, memoryModule],
  ...[storages, storage, storageControllers, storageController, drive, volumes, volume],
  ...[simpleStorages, simpleStorage],
  ...[ethernetInterfaces, ethernetInterface, networkInterfaces, networkInterface],
  ...[managers, manager, managerInterfaces, managerInterface, networkProtocol],
  ...[hostInterfaces, hostInterface],
  ...[chassisCollection, chassis, assembly, sensors, sensor, controls, control],
  ...[thermal, thermalSubsystem, thermalMetrics, fans, fan],
  ...[power, powerSubsystem, powerSupplies, powerSupply, powerSupplyMetrics],
  ...[chassisEnvironment, processorEnvironment, memoryEnvironment],
  ...[secureBoot],
  ...[systemMedia, systemDrive, managerMedia, managerDrive],
  ...[networkAdapters, networkAdapter, networkFunctions, networkFunction],
  ...[...systemLogs, ...managerLogs, ...chassisLogs],
  ...[telemetryService, metricDefinitions, metricDefinition],
  ...[reportDefinitions, reportDefinition, metricReports, metricReport],
  ...[eventService, subscriptions, subscription],
  ...[registryFiles, registryFile, registry],
  ...[jsonSchemas, jsonSchema],
]

/** The same for all services. */
export const routes = new Routes(table)
