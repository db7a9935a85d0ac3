import { resolve } from 'node:path'
import { LabWeb } from '../app/redfish/lab-web.ts'
import { openSite } from '../app/redfish/site-door.ts'
import { systemClock } from '../base/clock.ts'
import { createLogger, type LogLevel } from '../base/logger.ts'
import { MockupService } from '../redfish/mockup.ts'
import { readMockup } from '../web/mockup/read-mockup.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { type Io, out } from './io.ts'
import { portOption } from './port-option.ts'
import { untilEnded } from './until-ended.ts'

export interface RedfishOptions {
  readonly mockup: string
  readonly address: string
  readonly port: string
  readonly https?: boolean
  readonly logLevel?: LogLevel
}

/** Serves a folder with a Redfish mockup, until it is ended. */
export async function redfish(io: Io, options: RedfishOptions): Promise<number> {
  if (options.mockup === '') throw new UsageError('name the folder of a mockup: bmcsim redfish --mockup DIR')
  const port = portOption('--port', options.port)
  const content = readMockup(resolve(io.cwd, options.mockup))
  const log = createLogger(options.logLevel ?? 'warn')
  const place = { address: options.address, port, certificate: options.https ? ('own' as const) : ('none' as const) }
  const ended = untilEnded()
  const site = await openSite(new MockupService(content), place, new LabWeb(systemClock, log), log)
  out(io, `${site.url}/redfish/v1/: ${content.size} resources of ${options.mockup}, to be read alone. Ctrl-C ends it.`)
  await ended
  await site.close()
  return ExitCode.ok
}
