import type { LogService } from '../facts/registries/LogService.ts'
import type { SensorEvent } from '../facts/registries/SensorEvent.ts'
import type { Wording } from './base-wording.ts'

const NONE = 'None.'
const LOOK = 'Look at what the sensor measures.'

/** The LogService registry in words of our own. */
export const logServiceWording: Readonly<Record<keyof typeof LogService.messages, Wording>> = {
  DiagnosticDataCollected: ["Diagnostic data of the type '%1' was collected.", NONE],
  LogCleared: ["The log '%1' was cleared.", NONE],
}

/** The SensorEvent registry in words of our own. */
export const sensorEventWording: Readonly<Record<keyof typeof SensorEvent.messages, Wording>> = {
  ReadingAboveUpperCautionThreshold: ["'%1' reads %2 (%3), above its upper caution threshold %4.", LOOK],
  ReadingAboveUpperCriticalThreshold: ["'%1' reads %2 (%3), above its upper critical threshold %4.", LOOK],
  ReadingAboveUpperFatalThreshold: ["'%1' reads %2 (%3), above its upper fatal threshold %4.", LOOK],
  ReadingBelowLowerCautionThreshold: ["'%1' reads %2 (%3), below its lower caution threshold %4.", LOOK],
  ReadingBelowLowerCriticalThreshold: ["'%1' reads %2 (%3), below its lower critical threshold %4.", LOOK],
  ReadingBelowLowerFatalThreshold: ["'%1' reads %2 (%3), below its lower fatal threshold %4.", LOOK],
  ReadingBelowUpperFatalThreshold: [
    "'%1' reads %2 (%3), back below its upper fatal threshold %4 and still high.",
    LOOK,
  ],
  ReadingBelowUpperCriticalThreshold: [
    "'%1' reads %2 (%3), back below its upper critical threshold %4 and still high.",
    LOOK,
  ],
  ReadingAboveLowerFatalThreshold: ["'%1' reads %2 (%3), back above its lower fatal threshold %4 and still low.", LOOK],
  ReadingAboveLowerCriticalThreshold: [
    "'%1' reads %2 (%3), back above its lower critical threshold %4 and still low.",
    LOOK,
  ],
  ReadingWarning: ["'%1' reads %2 (%3), which deserves a warning.", LOOK],
  ReadingCritical: ["'%1' reads %2 (%3), which is critical.", LOOK],
  ReadingNoLongerCritical: ["'%1' reads %2 (%3), which is critical no more.", LOOK],
  SensorReadingNormalRange: ["'%1' reads %2 (%3), which is normal.", NONE],
  InvalidSensorReading: ["'%1' gives a reading that cannot be.", LOOK],
  SensorFailure: ["'%1' does not work.", 'See to the sensor.'],
  SensorRestored: ["'%1' works again.", NONE],
  SensorConnected: ["'%1' is connected.", NONE],
  SensorDisconnected: ["'%1' is not connected.", 'See to the sensor.'],
}

/** Our own registry: the sensor, and what happened. */
export const ownWording = {
  SystemEvent: ['%1: %2.', 'See the entry of the log.'],
} as const satisfies Readonly<Record<string, Wording>>
