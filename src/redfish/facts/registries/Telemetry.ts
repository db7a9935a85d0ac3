// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { RegistryFacts } from '../registry-facts.ts'

export const Telemetry = {
  prefix: 'Telemetry',
  version: '1.1.1',
  messages: {
    TriggerNumericAboveUpperWarning: 'Warning snns',
    TriggerNumericAboveUpperCritical: 'Critical snns',
    TriggerNumericBelowLowerWarning: 'Warning snns',
    TriggerNumericBelowLowerCritical: 'Critical snns',
    TriggerNumericAboveLowerCritical: 'Warning snns',
    TriggerNumericBelowUpperCritical: 'Warning snns',
    TriggerNumericReadingNormal: 'OK sns',
    TriggerDiscreteConditionMet: 'OK sss',
    TelemetryDataCreated: 'OK ss',
  },
} as const satisfies RegistryFacts
