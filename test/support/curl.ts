import { run } from './process.ts'

export interface CurlAnswer {
  readonly status: number
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

/** One request by the system's curl; throws where there was no answer. */
export async function curl(...args: string[]): Promise<CurlAnswer> {
  const { code, stdout, stderr } = await run('curl', ['-sS', '-i', ...args], { timeoutMs: 120_000 })
  if (code !== 0) throw new Error(`curl ${args.join(' ')}: ${stderr}`)
  const end = stdout.indexOf('\r\n\r\n')
  const [first, ...lines] = stdout.slice(0, end).split('\r\n')
  const headers = new Map(lines.map((line) => [line.split(':')[0].toLowerCase(), line.slice(line.indexOf(':') + 2)]))
  return { status: Number(first.split(' ')[1]), headers, text: stdout.slice(end + 4) }
}
