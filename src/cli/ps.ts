import { ExitCode } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { type Io, out, outJson } from './io.ts'
import { askNodes } from './node-statuses.ts'
import { nodeTable } from './table.ts'

export async function ps(io: Io, options: { json?: boolean; state?: string }): Promise<number> {
  const nodes = await askNodes(findLab(options.state, io.env))
  if (options.json) outJson(io, nodes)
  else out(io, nodeTable(nodes))
  return ExitCode.ok
}
