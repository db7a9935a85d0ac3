import type { AuthWord, IdentityConfig, PrivilegeWord, SelConfig } from './config.ts'

/**
 * A BMC that no file describes: IPMI device 20h revision 1, firmware 1.00. It names only the device functions that are
 * answered here: chassis, event receiver, FRU, SEL, SDR repository and sensors (IPMI 2.0 Table 20-2). Manufacturer 0 is "unspecified".
 */
export const defaultIdentity: IdentityConfig = {
  deviceId: 0x20,
  deviceRevision: 1,
  providesDeviceSdrs: false,
  firmwareMajor: 1,
  firmwareMinor: 0,
  deviceSupport: 0x9f,
  manufacturerId: 0,
  productId: 0,
  guid: undefined,
}

/** FreeIPMI's tools speak IPMI 1.5 with MD5 unless told otherwise, and most servers' BMCs answer them. */
export const defaultAuthTypes: readonly AuthWord[] = ['md5']

/** The specification's way: a full SEL drops what comes. Only what happens to the machine is in it. */
export const defaultSel: SelConfig = { capacity: undefined, whenFull: 'stop', ownEvents: false, sessionAudit: false }

/** Where every BMC is on its IPMB (IPMI 2.0 §5.5). */
export const defaultIpmbAddress = 0x20

/** A few screens of a server that boots. */
export const defaultHistoryKiB = 64
/** More is a mistake in the unit. */
export const maxHistoryKiB = 1024 * 1024

/** As long as a person waits for machines to boot, unless something else is said. */
export const defaultReadyTimeoutMs = 120_000

export const defaultPoweroffWaitS = 60
export const defaultKillWaitS = 20

export const privilegeWords: readonly PrivilegeWord[] = ['callback', 'user', 'operator', 'admin']

/** Where the VM's system interface is: channel Fh (IPMI 2.0 §6.3, Table 6-1). */
export const systemInterfaceChannel = 15

/** Where SNMP managers listen for traps (RFC 1157 §2; IPMI has no field for another). */
export const defaultTrapPort = 162
