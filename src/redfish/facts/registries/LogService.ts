// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { RegistryFacts } from '../registry-facts.ts'

export const LogService = {
  prefix: 'LogService',
  version: '1.1.0',
  messages: {
    DiagnosticDataCollected: 'OK s',
    LogCleared: 'OK s',
  },
} as const satisfies RegistryFacts
