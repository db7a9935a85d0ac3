import { run } from './process.ts'
import { requireFile } from './tools.ts'

export function requireSushy(): boolean {
  return requireFile('/usr/lib/python3/dist-packages/sushy', 'python3-sushy')
}

/** Lines of Python with `root` and `system`; `show(value)` prints a value, and what was shown comes back. */
export async function sushy(url: string, script: string, system = '1'): Promise<unknown[]> {
  const program = `
import enum, json, os, sushy
# requests lets these win over verify=False.
for name in ('REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE'):
    os.environ.pop(name, None)
root = sushy.Sushy('${url}/redfish/v1', 'admin', 'password', verify=False)
system = root.get_system('/redfish/v1/Systems/${system}')
def show(value):
    print(json.dumps(value, default=lambda other: other.value if isinstance(other, enum.Enum) else str(other)))
${script}`
  const { code, stdout, stderr } = await run('/usr/bin/python3', ['-W', 'ignore', '-c', program], {
    timeoutMs: 120_000,
  })
  if (code !== 0) throw new Error(`python ended with ${code}: ${stdout}${stderr}`)
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
}
