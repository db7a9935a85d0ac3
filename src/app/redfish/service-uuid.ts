import { guidOfName, uuidText } from '../guid.ts'

/** Of a node's Redfish service, the same at every start: UUID text. */
export function serviceUuid(node: string): string {
  return uuidText(guidOfName(`${node} Redfish`))
}
