import { NetFn } from '../ipmi/net-fn.ts'
import type { Privilege } from '../ipmi/privilege.ts'
import type { Door } from './command.ts'

/**
 * The commands of Appendix G that are deliberately not here, each with the reason. They are listed beside the others
 * (`bmcsim commands`) and answered like any number that nobody defined: C1h, to whoever asks (IPMI 2.0 §5.2, Table 5-2).
 */
export interface AbsentCommand {
  readonly netFn: number
  readonly cmd: number
  /** As Appendix G prints it. */
  readonly name: string
  readonly spec: string
  /** The level that Appendix G asks for. */
  readonly privilege: Privilege | 'Unprotected'
  /** `system`: Appendix G has it on the system interface only. */
  readonly door: Door
  /** Why there is none, for the reader of the table. */
  readonly reason: string
}

type Row = readonly [cmd: number, name: string, spec: string, privilege: AbsentCommand['privilege'], door?: Door]

function absent(netFn: number, reason: string, rows: readonly Row[]): readonly AbsentCommand[] {
  return rows.map(([cmd, name, spec, privilege, door = 'any']) => {
    return { netFn, cmd, name, spec, privilege, door, reason }
  })
}

/** Chapters of the ICMB bridge specification 1.0, which IPMI 2.0 refers to. */
const ICMB = 'ICMB 1.0'

export const absentCommands: readonly AbsentCommand[] = [
  absent(NetFn.Chassis, 'It is of IPMI 1.0; later versions say Chassis Control, which is here.', [
    [0x03, 'Chassis Reset', '28.4', 'Operator'],
  ]),
  absent(NetFn.Bridge, 'There is no bus to another chassis (ICMB), so there is no bridge.', [
    [0x00, 'Get Bridge State', ICMB, 'User'],
    [0x01, 'Set Bridge State', ICMB, 'Operator'],
    [0x02, 'Get ICMB Address', ICMB, 'User'],
    [0x03, 'Set ICMB Address', ICMB, 'Operator'],
    [0x04, 'Set Bridge Proxy Address', ICMB, 'Operator'],
    [0x05, 'Get Bridge Statistics', ICMB, 'User'],
    [0x06, 'Get ICMB Capabilities', ICMB, 'User'],
    [0x08, 'Clear Bridge Statistics', ICMB, 'Operator'],
    [0x09, 'Get Bridge Proxy Address', ICMB, 'User'],
    [0x0a, 'Get ICMB Connector Info', ICMB, 'User'],
    [0x0b, 'Get ICMB Connection ID', ICMB, 'User'],
    [0x0c, 'Send ICMB Connection ID', ICMB, 'User'],
    [0x10, 'PrepareForDiscovery', ICMB, 'Operator'],
    [0x11, 'GetAddresses', ICMB, 'User'],
    [0x12, 'SetDiscovered', ICMB, 'Operator'],
    [0x13, 'GetChassisDeviceId', ICMB, 'User'],
    [0x14, 'SetChassisDeviceId', ICMB, 'Operator'],
    [0x20, 'BridgeRequest', ICMB, 'Operator'],
    [0x21, 'BridgeMessage', ICMB, 'Operator'],
    [0x30, 'GetEventCount', ICMB, 'User'],
    [0x31, 'SetEventDestination', ICMB, 'Operator'],
    [0x32, 'SetEventReceptionState', ICMB, 'Operator'],
    [0x33, 'SendICMBEventMessage', ICMB, 'Operator'],
    [0x34, 'GetEventDestination', ICMB, 'User'],
    [0x35, 'GetEventReceptionState', ICMB, 'User'],
    [0xff, 'Error Report', ICMB, 'User'],
  ]),
  absent(NetFn.SensorEvent, "A sensor's type stands in its SDR and does not change while the BMC runs.", [
    [0x2e, 'Set Sensor Type', '35.15', 'Operator'],
  ]),
  absent(NetFn.App, 'There is no factory mode to switch on.', [
    [0x05, 'Manufacturing Test On', '20.5', 'Administrator'],
  ]),
  absent(NetFn.App, 'It hands out hashes keyed with passwords, for software that no known client has.', [
    [0x3f, 'Get AuthCode', '22.21', 'Operator'],
  ]),
  absent(
    NetFn.App,
    "Makers' commands are found by asking for them, as clients do; no command stands behind a body but DCMI's.",
    [[0x64, 'Get OEM NetFn IANA Support', '21.11', 'User']],
  ),
  absent(
    NetFn.Transport,
    'There is no serial/modem channel (Get Channel Info names none); SOL carries the serial port.',
    [
      [0x10, 'Set Serial/Modem Configuration', '25.1', 'Administrator'],
      [0x11, 'Get Serial/Modem Configuration', '25.2', 'Operator'],
      [0x12, 'Set Serial/Modem Mux', '25.3', 'Operator'],
      [0x13, 'Get TAP Response Codes', '25.4', 'User'],
      [0x14, 'Set PPP UDP Proxy Transmit Data', '25.5', 'User', 'system'],
      [0x15, 'Get PPP UDP Proxy Transmit Data', '25.6', 'User', 'system'],
      [0x16, 'Send PPP UDP Proxy Packet', '25.7', 'User', 'system'],
      [0x17, 'Get PPP UDP Proxy Receive Data', '25.8', 'User', 'system'],
      [0x18, 'Serial/Modem Connection Active', '25.9', 'Unprotected'],
      [0x19, 'Callback', '25.10', 'Administrator'],
      [0x1a, 'Set User Callback Options', '25.11', 'Administrator'],
      [0x1b, 'Get User Callback Options', '25.12', 'User'],
      [0x1c, 'Set Serial Routing Mux', '25.13', 'Administrator'],
    ],
  ),
  absent(NetFn.Transport, 'A BMC sends it and gets none; nobody else has the serial port while SOL is active.', [
    [0x20, 'SOL Activating', '26.1', 'User', 'system'],
  ]),
  absent(
    NetFn.Transport,
    'It is for controllers that hand commands to software on the system; ours answers them itself.',
    [
      [0x30, 'Forwarded Command', '35b', 'User', 'system'],
      [0x31, 'Set Forwarded Commands', '35b', 'Administrator'],
      [0x32, 'Get Forwarded Commands', '35b', 'User'],
      [0x33, 'Enable Forwarded Commands', '35b', 'Administrator'],
    ],
  ),
]
  .flat()
  .sort((a, b) => a.netFn - b.netFn || a.cmd - b.cmd)
