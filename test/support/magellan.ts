import { type Body, isBody } from '../../src/redfish/request.ts'
import { at } from './redfish.ts'

/** GET with Basic credentials, or without any; `status` is that of the answer. */
export type Get = (path: string, credentials: boolean) => Promise<{ readonly status: number; readonly body: Body }>

export interface Interface {
  readonly mac: unknown
  readonly ip: unknown
}

/** What OpenCHAMI's Magellan has found of a BMC. */
export interface Collected {
  readonly systems: readonly {
    readonly uuid: unknown
    readonly name: unknown
    readonly serial: unknown
    readonly power: unknown
    readonly interfaces: readonly Interface[]
    readonly adapters: number
  }[]
  readonly managers: readonly { readonly uuid: unknown; readonly interfaces: readonly Interface[] }[]
}

/**
 * The requests of `magellan scan` and `magellan collect` (OpenCHAMI/magellan, internal/scan.go and pkg/crawler/main.go, over gofish with Basic
 * credentials), for where the program itself cannot be had: it is not in Debian. Whatever it reads without looking whether it is there is asked for
 * here too, and is an error when it is missing.
 */
export async function magellan(get: Get): Promise<Collected> {
  // scan
  const root = await get('/redfish/v1/', false)
  if (root.status !== 200) throw new Error(`scan: ${root.status}: no Redfish`)
  const cray = await get('/jaws/monitor/outlets', false)
  if (cray.status === 200) throw new Error('scan: taken for a power distribution unit')

  // collect
  const read = async (path: unknown): Promise<Body> => {
    if (typeof path !== 'string') throw new Error(`no link: ${path}`)
    const { status, body } = await get(path, true)
    if (status !== 200) throw new Error(`${path}: ${status}`)
    if (Object.hasOwn(body, '@Message.ExtendedInfo')) throw new Error(`${path}: gofish takes it for an error`)
    return body
  }
  const members = async (holder: Body, name: string) => {
    const collection = await read(at(holder, name, '@odata.id'))
    return Promise.all(linksOf(collection.Members).map(read))
  }
  const service = await read('/redfish/v1/')
  const chassis = await members(service, 'Chassis')
  const byChassis = await Promise.all(chassis.flatMap((one) => linksOf(at(one, 'Links', 'ComputerSystems')).map(read)))
  const all = [...byChassis, ...(await members(service, 'Systems'))]
  const systems = await Promise.all(all.map((one) => readSystem(one, read, members)))
  const managers = await Promise.all(
    (await members(service, 'Managers')).map(async (one) => ({
      uuid: one.UUID,
      interfaces: (await members(one, 'EthernetInterfaces')).map(interfaceOf).filter(({ ip }) => ip !== undefined),
    })),
  )
  return { systems, managers }
}

async function readSystem(
  system: Body,
  read: (path: unknown) => Promise<Body>,
  members: (holder: Body, name: string) => Promise<Body[]>,
) {
  for (const path of [
    ['SerialConsole', 'IPMI', 'Port'],
    ['SerialConsole', 'SSH', 'Port'],
    ['SerialConsole', 'Telnet', 'Port'],
    ['ProcessorSummary', 'Count'],
    ['MemorySummary', 'TotalSystemMemoryGiB'],
  ]) {
    if (typeof at(system, ...path) !== 'number') throw new Error(`${path.join('.')} is missing: magellan would crash`)
  }
  const interfaces = await members(system, 'EthernetInterfaces')
  const networkInterfaces = await members(system, 'NetworkInterfaces')
  const adapters = await Promise.all(
    networkInterfaces.map((one) => read(at(one, 'Links', 'NetworkAdapter', '@odata.id'))),
  )
  return {
    uuid: system.UUID,
    name: system.Name,
    serial: system.SerialNumber,
    power: system.PowerState,
    interfaces: interfaces.map(interfaceOf),
    adapters: adapters.length,
  }
}

function interfaceOf(one: Body): Interface {
  return { mac: one.MACAddress, ip: at(one, 'IPv4Addresses', 0, 'Address') }
}

function linksOf(list: unknown): unknown[] {
  return Array.isArray(list) ? list.map((one) => (isBody(one) ? one['@odata.id'] : undefined)) : []
}
