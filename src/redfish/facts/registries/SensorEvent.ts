// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { RegistryFacts } from '../registry-facts.ts'

export const SensorEvent = {
  prefix: 'SensorEvent',
  version: '1.1.0',
  messages: {
    ReadingAboveUpperCautionThreshold: 'Warning snsn',
    ReadingAboveUpperCriticalThreshold: 'Critical snsn',
    ReadingAboveUpperFatalThreshold: 'Critical snsn',
    ReadingBelowLowerCautionThreshold: 'Warning snsn',
    ReadingBelowLowerCriticalThreshold: 'Critical snsn',
    ReadingBelowLowerFatalThreshold: 'Critical snsn',
    ReadingBelowUpperFatalThreshold: 'Critical snsn',
    ReadingBelowUpperCriticalThreshold: 'Warning snsn',
    ReadingAboveLowerFatalThreshold: 'Critical snsn',
    ReadingAboveLowerCriticalThreshold: 'Warning snsn',
    ReadingWarning: 'Warning sns',
    ReadingCritical: 'Critical sns',
    ReadingNoLongerCritical: 'Warning sns',
    SensorReadingNormalRange: 'OK sns',
    InvalidSensorReading: 'Warning s',
    SensorFailure: 'Warning s',
    SensorRestored: 'OK s',
    SensorConnected: 'OK s',
    SensorDisconnected: 'Warning s',
  },
} as const satisfies RegistryFacts
