import { DecodeError } from '../base/bytes.ts'
import type { Bmc } from '../bmc/bmc.ts'
import { type ChassisAction, type RestartCause, type RestorePolicy, restorePolicies } from '../bmc/power/power.ts'
import { bits, bytes, empty, flag, layout, oneOf, optional, pad, u8, u32le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command, type Requester } from './command.ts'

/** Chassis commands (IPMI 2.0 chapter 28), without the boot options. */

const controlActions = {
  'power down': 0,
  'power up': 1,
  'power cycle': 2,
  'hard reset': 3,
  'diagnostic interrupt': 4,
  'soft shutdown': 5,
} as const satisfies Record<ChassisAction, number>

/** §28.2, byte 2, bits 6:5. */
const policies = { 'always off': 0, previous: 1, 'always on': 2, unknown: 3 } as const satisfies Record<
  RestorePolicy | 'unknown',
  number
>

const identifyStates = { off: 0, temporary: 1, indefinite: 2 } as const

/** §28.11, Table 28-11. A request through a door of our own is an "OEM" one. */
const restartCauses = {
  unknown: 0,
  'chassis control': 1,
  watchdog: 4,
  'other request': 5,
  'always restore': 6,
  'restore previous': 7,
  'PEF reset': 8,
  'PEF power cycle': 9,
  'soft reset': 10,
} as const satisfies Record<RestartCause, number>

const capabilityFlags = { intrusion: 0x01, lockout: 0x02, diagnosticInterrupt: 0x04 } as const
/** Set Chassis Capabilities has no other (§28.7, Table 28-8): whether there is an NMI is the machine's to say. */
const SETTABLE_CAPABILITIES = capabilityFlags.intrusion | capabilityFlags.lockout

export const getChassisCapabilities = command({
  netFn: NetFn.Chassis,
  cmd: 0x00,
  name: 'Get Chassis Capabilities',
  spec: '28.1',
  privilege: 'User',
  request: empty,
  response: layout({ flags: u8, fru: u8, sdr: u8, sel: u8, systemManagement: u8, bridge: u8 }),
  handle({ bmc }) {
    const { flags = capabilityFlags.lockout, addresses } = bmc.chassis.capabilities
    const [fru, sdr, sel, systemManagement, bridge] = addresses
    const nmi = bmc.machine.abilities.nmi ? capabilityFlags.diagnosticInterrupt : 0
    return { flags: (flags & SETTABLE_CAPABILITIES) | nmi, fru, sdr, sel, systemManagement, bridge }
  },
})

export const getChassisStatus = command({
  netFn: NetFn.Chassis,
  cmd: 0x01,
  name: 'Get Chassis Status',
  spec: '28.2',
  privilege: 'User',
  request: empty,
  response: layout({
    reserved: pad(1),
    restorePolicy: oneOf(bits(2), policies),
    controlFault: flag,
    powerFault: flag,
    interlock: flag,
    overload: flag,
    on: flag,
    reserved2: pad(3),
    onByCommand: flag,
    downByFault: flag,
    downByInterlock: flag,
    downByOverload: flag,
    acFailed: flag,
    reserved3: pad(1),
    identifySupported: flag,
    identify: oneOf(bits(2), identifyStates),
    coolingFault: flag,
    driveFault: flag,
    lockout: flag,
    intrusion: flag,
    mayDisableButtons: bits(4),
    disabledButtons: bits(4),
  }),
  handle({ bmc }) {
    // Who asks a machine that must be asked wants to know, not to be told what once was.
    const asked = bmc.machine.askPower?.()
    return asked === undefined ? chassisStatus(bmc) : asked.then(() => chassisStatus(bmc))
  },
})

function chassisStatus({ power, chassis, identify }: Bmc) {
  return {
    restorePolicy: power.restorePolicy ?? 'unknown',
    controlFault: power.controlFault,
    powerFault: false,
    interlock: false,
    overload: false,
    on: power.state === 'on',
    onByCommand: power.lastOnByCommand,
    downByFault: power.lastPowerDown === 'fault',
    downByInterlock: false,
    downByOverload: false,
    acFailed: power.lastPowerDown === 'ac lost',
    identifySupported: true,
    identify: identify.state,
    coolingFault: false,
    driveFault: false,
    // Neither power off nor reset from the front panel.
    lockout: (chassis.disabledButtons & 0x03) === 0x03,
    intrusion: false,
    mayDisableButtons: 0x0f,
    disabledButtons: chassis.disabledButtons,
  }
}

export const chassisControl = command({
  netFn: NetFn.Chassis,
  cmd: 0x02,
  name: 'Chassis Control',
  spec: '28.3',
  privilege: 'Operator',
  request: layout({ reserved: pad(4), action: oneOf(bits(4), controlActions) }),
  response: empty,
  handle: ({ bmc, by }, { action }) => bmc.power.control(action, nameOf(by), by.channel),
})

export const chassisIdentify = command({
  netFn: NetFn.Chassis,
  cmd: 0x04,
  name: 'Chassis Identify',
  spec: '28.5',
  privilege: 'Operator',
  request: layout({ seconds: optional(u8), force: optional(u8) }),
  response: empty,
  handle: ({ bmc }, { seconds = DEFAULT_IDENTIFY_SECONDS, force = 0 }) =>
    bmc.identify.light(seconds, (force & 0x01) !== 0),
})

const DEFAULT_IDENTIFY_SECONDS = 15

export const setChassisCapabilities = command({
  netFn: NetFn.Chassis,
  cmd: 0x05,
  name: 'Set Chassis Capabilities',
  spec: '28.7',
  privilege: 'Administrator',
  request: layout({ flags: u8, addresses: bytes(4), bridge: optional(u8) }),
  response: empty,
  handle({ bmc }, { flags, addresses, bridge = bmc.chassis.capabilities.addresses[4] }) {
    bmc.chassis.setCapabilities(flags, Uint8Array.of(...addresses, bridge))
  },
})

export const setPowerRestorePolicy = command({
  netFn: NetFn.Chassis,
  cmd: 0x06,
  name: 'Set Power Restore Policy',
  spec: '28.8',
  privilege: 'Operator',
  request: layout({ reserved: pad(5), policy: bits(3) }),
  response: layout({ reserved: pad(5), supported: bits(3) }),
  handle({ bmc }, { policy }) {
    if (policy > NO_POLICY_CHANGE) throw new DecodeError('field', `power restore policy ${policy}`)
    if (policy < NO_POLICY_CHANGE) bmc.power.setRestorePolicy(restorePolicies[policy])
    return { supported: 0x07 }
  },
})

/** 3: only asks which policies there are. */
const NO_POLICY_CHANGE = 3

export const getSystemRestartCause = command({
  netFn: NetFn.Chassis,
  cmd: 0x07,
  name: 'Get System Restart Cause',
  spec: '28.11',
  privilege: 'User',
  request: empty,
  response: layout({ reserved: pad(4), cause: oneOf(bits(4), restartCauses), channel: u8 }),
  handle: ({ bmc }) => ({ cause: bmc.power.restartCause, channel: bmc.power.restartChannel }),
})

export const setFrontPanelButtonEnables = command({
  netFn: NetFn.Chassis,
  cmd: 0x0a,
  name: 'Set Front Panel Button Enables',
  spec: '28.6',
  privilege: 'Administrator',
  request: layout({ reserved: pad(4), disabled: bits(4) }),
  response: empty,
  handle: ({ bmc }, { disabled }) => bmc.chassis.setDisabledButtons(disabled),
})

export const setPowerCycleInterval = command({
  netFn: NetFn.Chassis,
  cmd: 0x0b,
  name: 'Set Power Cycle Interval',
  spec: '28.9',
  privilege: 'Administrator',
  request: layout({ seconds: u8 }),
  response: empty,
  handle: ({ bmc }, { seconds }) => bmc.power.setCycleInterval(seconds),
})

export const getPohCounter = command({
  netFn: NetFn.Chassis,
  cmd: 0x0f,
  name: 'Get POH Counter',
  spec: '28.14',
  privilege: 'User',
  request: empty,
  response: layout({ minutesPerCount: u8, count: u32le }),
  handle: ({ bmc }) => ({ minutesPerCount: 1, count: bmc.power.onTime.tell() }),
})

function nameOf(by: Requester): string {
  return by.session === undefined ? 'the guest' : `${by.session.userName}@${by.session.peer.address}`
}

export const chassisCommands = [
  getChassisCapabilities,
  getChassisStatus,
  chassisControl,
  chassisIdentify,
  setChassisCapabilities,
  setPowerRestorePolicy,
  getSystemRestartCause,
  setFrontPanelButtonEnables,
  setPowerCycleInterval,
  getPohCounter,
]
