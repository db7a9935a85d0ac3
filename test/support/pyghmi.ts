import type { NodeAddress } from './node.ts'
import { run } from './process.ts'

/** Debian's pyghmi belongs to Debian's Python, wherever another stands in the PATH. */
const python = '/usr/bin/python3'

/**
 * Runs lines of Python with `bmc`, pyghmi's Command for the node; `show(value)` prints a value, and what was shown comes
 * back. `level` is the privilege that it asks for. Fails when Python does, or says anything on standard error.
 */
export async function pyghmi({ host, user, password }: NodeAddress, script: string, level = 4): Promise<unknown[]> {
  const program = `
import json
from pyghmi.ipmi import command
bmc = command.Command(bmc='${host}', userid='${user}', password='${password}', privlevel=${level})
def show(value):
    print(json.dumps(value, default=lambda other: list(other) if isinstance(other, bytearray) else str(other)))
${script}
`
  const { code, stdout, stderr } = await run(python, ['-c', program], { timeoutMs: 120_000 })
  if (code !== 0 || stderr !== '') throw new Error(`pyghmi ended with ${code}\n${stdout}${stderr}`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}
