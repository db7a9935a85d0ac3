import { rmSync } from 'node:fs'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { Logger } from '../../base/logger.ts'
import { hostNetwork } from '../../machine/host-interface.ts'
import type { Behind, Site } from '../../web/answer.ts'
import { RedfishDoor } from '../../web/redfish-door.ts'
import type { LabWeb } from './lab-web.ts'

/** The same service for the guest, by the host interface. `path`: where its QEMU brings the guest's connections. */
export async function openHostDoor(
  path: string,
  made: () => Promise<Behind>,
  web: LabWeb,
  log: Logger,
): Promise<RedfishDoor> {
  const door = new RedfishDoor(async () => {
    const behind = await made()
    const site = forGuest(behind.site)
    return { ...behind, site, listener: await web.listener(site) }
  }, log)
  rmSync(path, { force: true })
  try {
    await door.listenAt(path)
  } catch (error) {
    throw new SetupError(`cannot listen for the guest's Redfish at ${path}: ${messageOf(error)}`, { cause: error })
  }
  return door
}

function forGuest(site: Site): Site {
  return {
    handle: (request) => site.handle(request, hostNetwork.guest, true),
    refusal: (status, key) => site.refusal(status, key),
  }
}
