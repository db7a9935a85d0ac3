// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Settings: SchemaFacts = {
  version: 'v1_4_0',
  types: {
    MaintenanceWindow: {
      MaintenanceWindowDurationInSeconds: 'integer write required +v1_2_0 min:0',
      MaintenanceWindowStartTime: 'string write required +v1_2_0 format:date-time',
    },
    OperationApplyTimeSupport: {
      MaintenanceWindowDurationInSeconds: 'integer +v1_2_0 min:0',
      MaintenanceWindowResource: 'link +v1_2_0',
      MaintenanceWindowStartTime: 'string +v1_2_0 format:date-time',
      SupportedValues: '[]enum:Settings.OperationApplyTime required +v1_2_0',
    },
    PreferredApplyTime: {
      ApplyTime: 'enum:Settings.ApplyTime write +v1_1_0',
      MaintenanceWindowDurationInSeconds: 'integer write +v1_1_0 min:0',
      MaintenanceWindowStartTime: 'string write +v1_1_0 format:date-time',
    },
    Settings: {
      ETag: 'string null',
      MaintenanceWindowResource: 'link +v1_2_0',
      Messages: '[]object:Message.Message',
      SettingsObject: 'link',
      SupportedApplyTimes: '[]enum:Settings.ApplyTime +v1_1_0',
      Time: 'string null format:date-time',
    },
  },
  enums: {
    OperationApplyTime: 'Immediate OnReset AtMaintenanceWindowStart InMaintenanceWindowOnReset OnStartUpdateRequest OnTargetReset',
    ApplyTime: 'Immediate OnReset AtMaintenanceWindowStart InMaintenanceWindowOnReset',
  },
}
