import { DecodeError } from '../base/bytes.ts'
import { BmcError } from '../base/errors.ts'
import type { SystemInterface } from '../bmc/seeds.ts'
import { bits, bytes, empty, flag, layout, optional, pad, rest, u8, u16le, u24le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { CompletionError, command } from './command.ts'

/** IPM device "global" commands (IPMI 2.0 chapter 20) and Get System GUID (§22.14). */

/** IPMI 2.0, BCD with the digits swapped (§20.1, byte 6). */
const IPMI_VERSION = 0x02

/** "No change" in either byte of Set ACPI Power State. */
const NO_CHANGE = 0x7f
const systemStates = [0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x20, 0x21, 0x2a]
const deviceStates = [0x00, 0x01, 0x02, 0x03, 0x2a]

export const getDeviceId = command({
  netFn: NetFn.App,
  cmd: 0x01,
  name: 'Get Device ID',
  spec: '20.1',
  privilege: 'User',
  request: empty,
  response: layout({
    deviceId: u8,
    providesDeviceSdrs: flag,
    reserved: pad(3),
    deviceRevision: bits(4),
    updating: flag,
    firmwareMajor: bits(7),
    firmwareMinor: u8,
    ipmiVersion: u8,
    deviceSupport: u8,
    manufacturerId: u24le,
    productId: u16le,
    auxiliary: optional(bytes(4)),
  }),
  // Field by field: it is what clients ask most, and a spread costs as much as the rest of the answer.
  handle: ({ bmc: { device } }) => ({
    deviceId: device.deviceId,
    providesDeviceSdrs: device.providesDeviceSdrs,
    deviceRevision: device.deviceRevision,
    updating: false,
    firmwareMajor: device.firmwareMajor,
    firmwareMinor: device.firmwareMinor,
    ipmiVersion: IPMI_VERSION,
    deviceSupport: device.deviceSupport,
    manufacturerId: device.manufacturerId,
    productId: device.productId,
    auxiliary: device.auxiliary,
  }),
})

export const coldReset = command({
  netFn: NetFn.App,
  cmd: 0x02,
  name: 'Cold Reset',
  spec: '20.2',
  privilege: 'Administrator',
  request: empty,
  response: empty,
  handle: ({ bmc }) => bmc.reset('cold'),
})

export const warmReset = command({
  netFn: NetFn.App,
  cmd: 0x03,
  name: 'Warm Reset',
  spec: '20.3',
  privilege: 'Administrator',
  request: empty,
  response: empty,
  handle: ({ bmc }) => bmc.reset('warm'),
})

export const getSelfTestResults = command({
  netFn: NetFn.App,
  cmd: 0x04,
  name: 'Get Self Test Results',
  spec: '20.4',
  privilege: 'User',
  request: empty,
  response: layout({ result: u8, detail: u8 }),
  /** 55h 00h: no error. There is no hardware here that could have one. */
  handle: () => ({ result: 0x55, detail: 0x00 }),
})

export const setAcpiPowerState = command({
  netFn: NetFn.App,
  cmd: 0x06,
  name: 'Set ACPI Power State',
  spec: '20.6',
  privilege: 'Administrator',
  request: layout({ setSystem: flag, system: bits(7), setDevice: flag, device: bits(7) }),
  response: empty,
  handle({ bmc }, { setSystem, system, setDevice, device }) {
    const newSystem = setSystem && system !== NO_CHANGE
    const newDevice = setDevice && device !== NO_CHANGE
    if (newSystem && !systemStates.includes(system)) throw new DecodeError('field', `ACPI system state ${system}`)
    if (newDevice && !deviceStates.includes(device)) throw new DecodeError('field', `ACPI device state ${device}`)
    if (newSystem) bmc.acpi.setSystem(system)
    if (newDevice) bmc.acpi.setDevice(device)
  },
})

export const getAcpiPowerState = command({
  netFn: NetFn.App,
  cmd: 0x07,
  name: 'Get ACPI Power State',
  spec: '20.7',
  privilege: 'User',
  request: empty,
  response: layout({ reserved: pad(1), system: bits(7), reserved2: pad(1), device: bits(7) }),
  handle: ({ bmc }) => ({ system: bmc.acpi.system, device: bmc.acpi.device }),
})

export const getDeviceGuid = command({
  netFn: NetFn.App,
  cmd: 0x08,
  name: 'Get Device GUID',
  spec: '20.8',
  privilege: 'User',
  request: empty,
  response: layout({ guid: bytes(16) }),
  handle: ({ bmc }) => ({ guid: bmc.guid }),
})

export const getSystemGuid = command({
  netFn: NetFn.App,
  cmd: 0x37,
  name: 'Get System GUID',
  spec: '22.14',
  privilege: 'Unprotected',
  request: empty,
  response: layout({ guid: bytes(16) }),
  handle: ({ bmc }) => ({ guid: bmc.guid }),
})

/** What QEMU 7.2 answers by itself for a guest on its BT interface, in whole: the same to anybody who asks us. */
export const getBtInterfaceCapabilities = command({
  netFn: NetFn.App,
  cmd: 0x36,
  name: 'Get BT Interface Capabilities',
  spec: '22.10',
  privilege: 'User',
  request: empty,
  response: layout({ outstanding: u8, inputSize: u8, outputSize: u8, seconds: u8, retries: u8 }),
  handle: () => ({ outstanding: 1, inputSize: 0xff, outputSize: 0xff, seconds: 10, retries: 0 }),
})

export const masterWriteReadCodes = { nakOnWrite: 0x83 } as const
/** Private bus 0, and the address that FRU parts have by custom. */
const EEPROM_BUS = 0
const EEPROM_ADDRESS = 0xa0 >> 1

export const masterWriteRead = command({
  netFn: NetFn.App,
  cmd: 0x52,
  name: 'Master Write-Read',
  spec: '22.11',
  privilege: 'Operator',
  codes: masterWriteReadCodes,
  request: layout({
    channel: bits(4),
    bus: bits(3),
    private: flag,
    address: bits(7),
    reserved: pad(1),
    readCount: u8,
    write: rest,
  }),
  response: layout({ read: rest }),
  handle({ bmc }, { bus, private: isPrivate, address, readCount, write }) {
    if (isPrivate && bus === EEPROM_BUS && address === EEPROM_ADDRESS) {
      return { read: bmc.eeprom.transfer(write, readCount) }
    }
    throw new CompletionError(masterWriteReadCodes.nakOnWrite, `nothing answers at ${address * 2} on bus ${bus}`)
  },
})

/** Interfaces that can be asked for, by number; a BT interface is asked by Get BT Interface Capabilities instead. */
const SYSTEM_INTERFACES: readonly (SystemInterface | undefined)[] = ['ssif', 'kcs']
/** NetFn and LUN, command and data of the longest request that the guest may send. */
const LONGEST_MESSAGE = 255
/** Messages in any number of SMBus transactions: multi-part with middle parts. */
const ANY_NUMBER_OF_PARTS = 2

/** For KCS one length, for SSIF transactions, packet error check and two lengths. */
export const getSystemInterfaceCapabilities = command({
  netFn: NetFn.App,
  cmd: 0x57,
  name: 'Get System Interface Capabilities',
  spec: '22.9',
  privilege: 'User',
  request: layout({ reserved: pad(4), type: bits(4) }),
  response: layout({
    reserved: u8,
    transactions: bits(2),
    reserved2: pad(2),
    packetErrorCheck: flag,
    version: bits(3),
    longestMessage: u8,
    longestAnswer: optional(u8),
  }),
  handle({ bmc }, { type }) {
    if (SYSTEM_INTERFACES[type] !== bmc.systemInterface) {
      throw new BmcError('invalid-field', `the system interface is ${bmc.systemInterface.toUpperCase()}`)
    }
    const plain = { reserved: 0, transactions: 0, packetErrorCheck: false, version: 0, longestMessage: LONGEST_MESSAGE }
    if (bmc.systemInterface !== 'ssif') return plain
    return { ...plain, transactions: ANY_NUMBER_OF_PARTS, longestAnswer: LONGEST_MESSAGE }
  },
})

export const appCommands = [
  getDeviceId,
  coldReset,
  warmReset,
  getSelfTestResults,
  setAcpiPowerState,
  getAcpiPowerState,
  getDeviceGuid,
  getBtInterfaceCapabilities,
  getSystemGuid,
  masterWriteRead,
  getSystemInterfaceCapabilities,
]
