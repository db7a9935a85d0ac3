import { personalityFolder, personalityNames } from '../config/personality/find.ts'
import { readPersonality } from '../config/personality/read-personality.ts'
import { ExitCode } from './exit-code.ts'
import { type Io, out, outJson } from './io.ts'
import { renderTable } from './table.ts'

export function personalities(io: Io, options: { json?: boolean }): number {
  const all = personalityNames().flatMap((name) => {
    const folder = personalityFolder(name, io.cwd)
    return folder === undefined ? [] : [{ folder, ...readPersonality(folder) }]
  })
  if (options.json) {
    outJson(
      io,
      all.map(({ name, description, folder, device, lan, sensors, frus, oem }) => ({
        name,
        description,
        folder,
        manufacturer: device.manufacturerId,
        product: device.productId,
        channel: lan.channel,
        sensors: sensors.length,
        frus: frus.length,
        commands: oem?.commands ?? null,
      })),
    )
    return ExitCode.ok
  }
  const rows = all.map(({ name, device, sensors, frus, oem, description }) => [
    name,
    String(device.manufacturerId),
    String(sensors.length),
    String(frus.length),
    oem?.commands ?? '-',
    description,
  ])
  out(io, renderTable([['NAME', 'MAKER', 'SENSORS', 'FRUS', 'COMMANDS', 'WHAT IT IS'], ...rows]))
  return ExitCode.ok
}
