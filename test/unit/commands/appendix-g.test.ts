import { expect, test } from 'vitest'
import { commandTable } from '../../../src/commands/table.ts'

/**
 * Numbers and levels of IPMI 2.0 rev 1.1 Appendix G, Table G-1, written down apart from the declarations: NetFn, command, lowest level, name. P: answered before a
 * session; S: system interface only. NetFn 2Ch: DCMI 1.5, by the level that its commands name. Activate and Deactivate Payload take the payload's own level; SOL's is User.
 */
const appendixG = `
00 00 User          Get Chassis Capabilities
00 01 User          Get Chassis Status
00 02 Operator      Chassis Control
00 04 Operator      Chassis Identify
00 05 Administrator Set Chassis Capabilities
00 06 Operator      Set Power Restore Policy
00 07 User          Get System Restart Cause
00 08 Operator      Set System Boot Options
00 09 Operator      Get System Boot Options
00 0a Administrator Set Front Panel Button Enables
00 0b Administrator Set Power Cycle Interval
00 0f User          Get POH Counter
06 01 User          Get Device ID
06 02 Administrator Cold Reset
06 03 Administrator Warm Reset
06 04 User          Get Self Test Results
06 05 Administrator Manufacturing Test On
06 06 Administrator Set ACPI Power State
06 07 User          Get ACPI Power State
06 08 User          Get Device GUID
06 09 User          Get NetFn Support
06 0a User          Get Command Support
06 0c User          Get Configurable Commands
06 22 Operator      Reset Watchdog Timer
06 24 Operator      Set Watchdog Timer
06 25 User          Get Watchdog Timer
06 2e S             Set BMC Global Enables
06 2f User          Get BMC Global Enables
06 30 S             Clear Message Flags
06 31 S             Get Message Flags
06 32 S             Enable Message Channel Receive
06 33 S             Get Message
06 34 User          Send Message
06 35 S             Read Event Message Buffer
06 36 User          Get BT Interface Capabilities
06 37 P             Get System GUID
06 38 P             Get Channel Authentication Capabilities
06 39 P             Get Session Challenge
06 3a P             Activate Session
06 3b User          Set Session Privilege Level
06 3c Callback      Close Session
06 3d User          Get Session Info
06 40 Administrator Set Channel Access
06 41 User          Get Channel Access
06 42 User          Get Channel Info
06 43 Administrator Set User Access
06 44 Operator      Get User Access
06 45 Administrator Set User Name
06 46 Operator      Get User Name
06 47 Administrator Set User Password
06 48 User          Activate Payload
06 49 User          Deactivate Payload
06 4a User          Get Payload Activation Status
06 4b User          Get Payload Instance Info
06 4c Administrator Set User Payload Access
06 4d Operator      Get User Payload Access
06 4e User          Get Channel Payload Support
06 4f User          Get Channel Payload Version
06 50 User          Get Channel OEM Payload Info
06 52 Operator      Master Write-Read
06 54 P             Get Channel Cipher Suites
06 55 User          Suspend/Resume Payload Encryption
06 56 Administrator Set Channel Security Keys
06 57 User          Get System Interface Capabilities
06 58 Administrator Set System Info Parameters
06 59 User          Get System Info Parameters
06 60 Administrator Set Command Enables
06 61 User          Get Command Enables
0c 01 Administrator Set LAN Configuration Parameters
0c 02 Operator      Get LAN Configuration Parameters
0c 03 Administrator Suspend BMC ARPs
0c 04 User          Get IP/UDP/RMCP Statistics
0c 21 Administrator Set SOL Configuration Parameters
0c 22 User          Get SOL Configuration Parameters
2c 01 User          Get DCMI Capabilities Info
2c 02 User          Get Power Reading
2c 03 User          Get Power Limit
2c 04 Operator      Set Power Limit
2c 05 Operator      Activate/Deactivate Power Limit
2c 06 User          Get Asset Tag
2c 07 Operator      Get DCMI Sensor Info
2c 08 Operator      Set Asset Tag
2c 09 User          Get Management Controller Identifier String
2c 0a Administrator Set Management Controller Identifier String
2c 0b Operator      Set Thermal Limit
2c 0c User          Get Thermal Limit
2c 10 User          Get Temperature Readings
2c 12 Administrator Set DCMI Configuration Parameters
2c 13 User          Get DCMI Configuration Parameters
`

test('number, name and level are those of Appendix G', () => {
  const ours = commandTable.map((row) => {
    const level = row.door === 'system' ? 'S' : row.privilege === 'Unprotected' ? 'P' : row.privilege
    const byte = (value: number) => value.toString(16).padStart(2, '0')
    return `${byte(row.netFn)} ${byte(row.cmd)} ${level.padEnd(13)} ${row.name}`
  })
  expect(ours).toEqual(appendixG.trim().split('\n'))
})
