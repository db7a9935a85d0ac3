import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'
import { bits, bytes, empty, layout, oneOf, pad, rest, u8 } from '../../ipmi/layout.ts'
import { command } from '../command.ts'
import { MAKERS_NETFN } from './maker.ts'

/** Which network port the controller uses: one of its own, or the server's first to fourth, with another to fall back on. */

const DEDICATED = 1
const FIRST_SHARED = 2
const LAST_SHARED = 5
const NO_FAILOVER = 0
const ANY_FAILOVER = 6

interface Selection {
  readonly port: number
  readonly failover: number
}

const selection = layout({ port: u8, failover: u8 })

function selected({ oem }: Bmc): Selection {
  return selection.decode(oem.get('dell.nic', [DEDICATED, NO_FAILOVER]))
}

function select({ oem }: Bmc, { port, failover }: Selection): void {
  const shared = port >= FIRST_SHARED && port <= LAST_SHARED
  const fallsBack = failover >= FIRST_SHARED && failover <= ANY_FAILOVER && failover !== port
  if (!(port === DEDICATED && failover === NO_FAILOVER) && !(shared && (failover === NO_FAILOVER || fallsBack))) {
    throw new BmcError('invalid-field', `port ${port} with port ${failover} to fall back on`)
  }
  oem.set('dell.nic', selection.encode({ port, failover }))
}

/** The older form of the same: four ways to use the ports. */
const ways = { shared: 0, 'shared, or the second': 1, dedicated: 2, 'shared, or any': 3 } as const
const ofWay: Readonly<Record<keyof typeof ways, Selection>> = {
  shared: { port: FIRST_SHARED, failover: NO_FAILOVER },
  'shared, or the second': { port: FIRST_SHARED, failover: FIRST_SHARED + 1 },
  dedicated: { port: DEDICATED, failover: NO_FAILOVER },
  'shared, or any': { port: FIRST_SHARED, failover: ANY_FAILOVER },
}

export const dellSetNicSelection = command({
  netFn: MAKERS_NETFN,
  cmd: 0x24,
  name: 'Dell Set NIC Selection',
  spec: 'Dell',
  privilege: 'Administrator',
  request: layout({ way: oneOf(u8, ways) }),
  response: empty,
  handle: ({ bmc }, { way }) => select(bmc, ofWay[way]),
})

export const dellGetNicSelection = command({
  netFn: MAKERS_NETFN,
  cmd: 0x25,
  name: 'Dell Get NIC Selection',
  spec: 'Dell',
  privilege: 'User',
  request: empty,
  response: layout({ way: oneOf(u8, ways) }),
  handle({ bmc }) {
    const { port, failover } = selected(bmc)
    if (port === DEDICATED) return { way: 'dedicated' }
    if (failover === NO_FAILOVER) return { way: 'shared' }
    return { way: failover === ANY_FAILOVER ? 'shared, or any' : 'shared, or the second' }
  },
})

/** FreeIPMI 1.6.10's own form of it puts the port to fall back on first and a stray byte behind: most often that is CCh. */
export const dellSetNicFailover = command({
  netFn: MAKERS_NETFN,
  cmd: 0x28,
  name: 'Dell Set NIC Selection Failover',
  spec: 'Dell',
  privilege: 'Administrator',
  request: selection,
  response: empty,
  handle: ({ bmc }, wanted) => select(bmc, wanted),
})

export const dellGetNicFailover = command({
  netFn: MAKERS_NETFN,
  cmd: 0x29,
  name: 'Dell Get NIC Selection Failover',
  spec: 'Dell',
  privilege: 'User',
  request: empty,
  response: selection,
  handle: ({ bmc }) => selected(bmc),
})

/** What is asked of the port in use; the answer is its second byte. A port of ours is up, with a gigabit, full duplex. */
const asked = { status: 0, link: 1, speed: 2, mode: 3 } as const
const PRESENT = 1
const GIGABIT = 2
const FULL_DUPLEX = 1
/** How the same port is called here: 1 to 4 one of the server's, 5 the controller's own. */
const OWN_PORT = 5

export const dellActivePort = command({
  netFn: MAKERS_NETFN,
  cmd: 0xc1,
  name: 'Dell Get Active LOM Status',
  spec: 'Dell',
  privilege: 'User',
  request: layout({ reserved: pad(4), what: bits(4), reserved2: bytes(2) }),
  response: layout({ port: u8, value: u8 }),
  handle({ bmc }, { what }) {
    const { port: number } = selected(bmc)
    const port = number === DEDICATED ? OWN_PORT : number - FIRST_SHARED + 1
    const values = new Map<number, number>([
      [asked.status, port],
      [asked.link, PRESENT],
      [asked.speed, GIGABIT],
      [asked.mode, FULL_DUPLEX],
    ])
    const value = values.get(what)
    if (value === undefined) throw new BmcError('invalid-field', `${what} is nothing that a port tells`)
    return { port, value }
  },
})

export const dellVirtualMac = command({
  netFn: MAKERS_NETFN,
  cmd: 0xc9,
  name: 'Dell Virtual MAC',
  spec: 'Dell',
  privilege: 'User',
  request: layout({ action: oneOf(u8, { get: 1 }), data: rest }),
  response: layout({ reserved: u8, ofChassis: bytes(6), ofServer: bytes(6) }),
  /** None was given to it by a blade chassis: what counts is LAN parameter 5. */
  handle: () => ({ reserved: 0, ofChassis: new Uint8Array(6), ofServer: new Uint8Array(6) }),
})

export const dellNetworkCommands = [
  dellSetNicSelection,
  dellGetNicSelection,
  dellSetNicFailover,
  dellGetNicFailover,
  dellActivePort,
  dellVirtualMac,
]
