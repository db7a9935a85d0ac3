import type { NodeConfig } from '../../config/config.ts'
import type { NodeShelves } from '../http/node-shelf.ts'
import { bootFiles } from './ipxe-script.ts'

/** Puts out what each NIC of a node boots from the network; the result takes it away again. Throws a SetupError. */
export function serveBoot({ name, boot = [] }: NodeConfig, shelves: NodeShelves): () => void {
  const networks = new Set(boot.map(({ network }) => network))
  const ends = [...networks].flatMap((network) => {
    const nics = boot.filter((one) => one.network === network)
    // The node's own folder is what its first NIC there boots.
    return nics.map((nic, i) =>
      shelves.serve(name, i === 0 ? [name, nic.mac] : [nic.mac], { purpose: 'boot', network, files: bootFiles(nic) }),
    )
  })
  return () => {
    for (const end of ends) end()
  }
}
