import { gauges, sensorPath } from '../gauges.ts'
import { bmcEndPath, hostInterfacePath } from '../host-ends.ts'
import { chassisPath, managerPath, ROOT, systemPath } from '../links.ts'
import type { RedfishNode } from '../node.ts'
import { partId } from '../part-id.ts'
import { segmentOf } from '../uri.ts'

/**
 * Which resources show what a BMC keeps, by the key it is kept under. Whoever sets it, over IPMI or Redfish, the resource has changed. Paths
 * that lead nowhere are left out by whoever tells of them.
 */
const table: readonly (readonly [key: RegExp, paths: (node: RedfishNode, part: string) => readonly string[]])[] = [
  [/^boot\.order$/, (node) => [systemPath(node)]],
  [/^boot\./, (node) => [systemPath(node)]],
  [
    /^bios\./,
    (node) => [`${systemPath(node)}/Bios`, `${systemPath(node)}/Bios/Settings`, `${systemPath(node)}/SecureBoot`],
  ],
  [/^(power\.(restore-policy|cycle-interval)|watchdog\.\w+)$/, (node) => [systemPath(node)]],
  [/^dcmi\.asset-tag/, (node) => [systemPath(node), chassisPath(node)]],
  [
    /^dcmi\.limit\./,
    (node) => [
      `${chassisPath(node)}/EnvironmentMetrics`,
      `${chassisPath(node)}/Power`,
      `${chassisPath(node)}/Controls/PowerLimit`,
    ],
  ],
  [/^lan\.(\d+)\.26$/, () => [`${ROOT}/AccountService`]],
  [/^lan\.(\d+)\./, (node, channel) => [interfaceAt(node, Number(channel)), `${managerPath(node)}/NetworkProtocol`]],
  [/^channel\.\d+\.access$/, (node) => [`${managerPath(node)}/NetworkProtocol`]],
  [/^bootstrap\./, (node) => [hostInterfacePath(node)]],
  [/^host-interface\./, (node) => [hostInterfacePath(node), bmcEndPath(node)]],
  [/^sol$/, (node) => [systemPath(node), managerPath(node)]],
  [/^sel\.(clock-ahead|utc-offset)$/, (node) => [managerPath(node)]],
  [/^fru\.0$/, (node) => [systemPath(node), chassisPath(node), `${chassisPath(node)}/Assembly`]],
  [/^fru\./, (node) => [`${chassisPath(node)}/Assembly`]],
  [/^sensor\.(\d+\.\d+)$/, (node, key) => thresholdsAt(node, key)],
  [/^token-sessions\.timeout$/, () => [`${ROOT}/SessionService`]],
  [/^tasks\./, () => [`${ROOT}/TaskService`]],
  [/^events\.(enabled|attempts|interval)$/, () => [`${ROOT}/EventService`]],
]

function interfaceAt(node: RedfishNode, channel: number): string {
  const index = node.bmc.channels.lan.findIndex(({ number }) => number === channel)
  return `${managerPath(node)}/EthernetInterfaces/${segmentOf(partId(node, 'managerNic', index + 1))}`
}

/** A sensor's settings are shown by itself and by the older model. */
function thresholdsAt(node: RedfishNode, key: string): readonly string[] {
  const gauge = gauges(node).find(({ seed }) => `${seed.lun}.${seed.number}` === key)
  if (gauge === undefined) return []
  const older =
    gauge.quantity === 'voltage' ? ['Power'] : gauge.isFan || gauge.quantity === 'temperature' ? ['Thermal'] : []
  return [sensorPath(node, gauge.id), ...older.map((name) => `${chassisPath(node)}/${name}`)]
}

export function pathsOfSetting(node: RedfishNode, key: string): readonly string[] {
  for (const [pattern, paths] of table) {
    const match = pattern.exec(key)
    if (match !== null) return paths(node, match[1] ?? '')
  }
  return []
}

/** The user whose setting it is. */
export function userOfSetting(key: string): number | undefined {
  const id = /^user\.(\d+)\./.exec(key)?.[1]
  return id === undefined ? undefined : Number(id)
}
