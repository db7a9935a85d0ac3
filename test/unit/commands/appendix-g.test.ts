import { expect, test } from 'vitest'
import { absentCommands } from '../../../src/commands/absent.ts'
import type { Command } from '../../../src/commands/command.ts'
import { execute } from '../../../src/commands/execute.ts'
import { commandTable } from '../../../src/commands/table.ts'
import { guest, lanRequester, stranger, testBmc, testSession } from '../../support/test-bmc.ts'

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
04 00 Administrator Set Event Receiver
04 01 User          Get Event Receiver
04 02 Operator      Platform Event
04 10 User          Get PEF Capabilities
04 11 Administrator Arm PEF Postpone Timer
04 12 Administrator Set PEF Configuration Parameters
04 13 Operator      Get PEF Configuration Parameters
04 14 Administrator Set Last Processed Event ID
04 15 Administrator Get Last Processed Event ID
04 16 Administrator Alert Immediate
04 17 P             PET Acknowledge
04 20 User          Get Device SDR Info
04 21 User          Get Device SDR
04 22 User          Reserve Device SDR Repository
04 23 User          Get Sensor Reading Factors
04 24 Operator      Set Sensor Hysteresis
04 25 User          Get Sensor Hysteresis
04 26 Operator      Set Sensor Thresholds
04 27 User          Get Sensor Thresholds
04 28 Operator      Set Sensor Event Enable
04 29 User          Get Sensor Event Enable
04 2a Operator      Re-arm Sensor Events
04 2b User          Get Sensor Event Status
04 2d User          Get Sensor Reading
04 2f User          Get Sensor Type
04 30 Operator      Set Sensor Reading And Event Status
06 01 User          Get Device ID
06 02 Administrator Cold Reset
06 03 Administrator Warm Reset
06 04 User          Get Self Test Results
06 06 Administrator Set ACPI Power State
06 07 User          Get ACPI Power State
06 08 User          Get Device GUID
06 09 User          Get NetFn Support
06 0a User          Get Command Support
06 0b User          Get Command Sub-function Support
06 0c User          Get Configurable Commands
06 0d User          Get Configurable Command Sub-functions
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
06 62 Administrator Set Command Sub-function Enables
06 63 User          Get Command Sub-function Enables
0a 10 User          Get FRU Inventory Area Info
0a 11 User          Read FRU Data
0a 12 Operator      Write FRU Data
0a 20 User          Get SDR Repository Info
0a 21 User          Get SDR Repository Allocation Info
0a 22 User          Reserve SDR Repository
0a 23 User          Get SDR
0a 24 Operator      Add SDR
0a 25 Operator      Partial Add SDR
0a 26 Operator      Delete SDR
0a 27 Operator      Clear SDR Repository
0a 28 User          Get SDR Repository Time
0a 29 Operator      Set SDR Repository Time
0a 2a Operator      Enter SDR Repository Update Mode
0a 2b Operator      Exit SDR Repository Update Mode
0a 2c Operator      Run Initialization Agent
0a 40 User          Get SEL Info
0a 41 User          Get SEL Allocation Info
0a 42 User          Reserve SEL
0a 43 User          Get SEL Entry
0a 44 Operator      Add SEL Entry
0a 45 Operator      Partial Add SEL Entry
0a 46 Operator      Delete SEL Entry
0a 47 Operator      Clear SEL
0a 48 User          Get SEL Time
0a 49 Operator      Set SEL Time
0a 5a User          Get Auxiliary Log Status
0a 5b Administrator Set Auxiliary Log Status
0a 5c User          Get SEL Time UTC Offset
0a 5d Operator      Set SEL Time UTC Offset
0c 01 Administrator Set LAN Configuration Parameters
0c 02 Operator      Get LAN Configuration Parameters
0c 03 Administrator Suspend BMC ARPs
0c 04 User          Get IP/UDP/RMCP Statistics
0c 21 Administrator Set SOL Configuration Parameters
0c 22 User          Get SOL Configuration Parameters
2c 01 S             Get Manager Certificate Fingerprint
2c 02 S             Get Bootstrap Account Credentials
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

/** The rest of Table G-1, which is deliberately not here. */
const absentOfAppendixG = `
00 03 Operator      Chassis Reset
02 00 User          Get Bridge State
02 01 Operator      Set Bridge State
02 02 User          Get ICMB Address
02 03 Operator      Set ICMB Address
02 04 Operator      Set Bridge Proxy Address
02 05 User          Get Bridge Statistics
02 06 User          Get ICMB Capabilities
02 08 Operator      Clear Bridge Statistics
02 09 User          Get Bridge Proxy Address
02 0a User          Get ICMB Connector Info
02 0b User          Get ICMB Connection ID
02 0c User          Send ICMB Connection ID
02 10 Operator      PrepareForDiscovery
02 11 User          GetAddresses
02 12 Operator      SetDiscovered
02 13 User          GetChassisDeviceId
02 14 Operator      SetChassisDeviceId
02 20 Operator      BridgeRequest
02 21 Operator      BridgeMessage
02 30 User          GetEventCount
02 31 Operator      SetEventDestination
02 32 Operator      SetEventReceptionState
02 33 Operator      SendICMBEventMessage
02 34 User          GetEventDestination
02 35 User          GetEventReceptionState
02 ff User          Error Report
04 2e Operator      Set Sensor Type
06 05 Administrator Manufacturing Test On
06 3f Operator      Get AuthCode
06 64 User          Get OEM NetFn IANA Support
0c 10 Administrator Set Serial/Modem Configuration
0c 11 Operator      Get Serial/Modem Configuration
0c 12 Operator      Set Serial/Modem Mux
0c 13 User          Get TAP Response Codes
0c 14 S             Set PPP UDP Proxy Transmit Data
0c 15 S             Get PPP UDP Proxy Transmit Data
0c 16 S             Send PPP UDP Proxy Packet
0c 17 S             Get PPP UDP Proxy Receive Data
0c 18 P             Serial/Modem Connection Active
0c 19 Administrator Callback
0c 1a Administrator Set User Callback Options
0c 1b User          Get User Callback Options
0c 1c Administrator Set Serial Routing Mux
0c 20 S             SOL Activating
0c 30 S             Forwarded Command
0c 31 Administrator Set Forwarded Commands
0c 32 User          Get Forwarded Commands
0c 33 Administrator Enable Forwarded Commands
`

function line(row: Pick<Command, 'netFn' | 'cmd' | 'name' | 'privilege' | 'door'>): string {
  const level = row.door === 'system' ? 'S' : row.privilege === 'Unprotected' ? 'P' : row.privilege
  const byte = (value: number) => value.toString(16).padStart(2, '0')
  return `${byte(row.netFn)} ${byte(row.cmd)} ${level.padEnd(13)} ${row.name}`
}

test('number, name and level are those of Appendix G', () => {
  expect(commandTable.map(line)).toEqual(appendixG.trim().split('\n'))
})

test('every other row of Appendix G is declared as not here, and gets C1h of whomever', async () => {
  expect(absentCommands.map(line)).toEqual(absentOfAppendixG.trim().split('\n'))
  for (const { netFn, cmd } of absentCommands) {
    const { bmc } = testBmc()
    for (const by of [guest, stranger, lanRequester(testSession(bmc))]) {
      expect(await execute({ bmc, by }, netFn, cmd, Uint8Array.of(0))).toEqual({
        completionCode: 0xc1,
        data: new Uint8Array(),
      })
    }
  }
})
