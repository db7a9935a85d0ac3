import { emulatorWords } from '../config/emu/read-emulator.ts'
import { ask, ControlError } from '../lab/control-client.ts'
import { ExitCode } from './exit-code.ts'
import { findLab } from './find-lab.ts'
import { err, type Io, out } from './io.ts'

const PROMPT = '> '
/** A line goes on behind a backslash. */
const MORE = '... '
/** The prompt's own, beside Ctrl-D: the lab goes on. */
const leaving = ['quit', 'exit']

/** Gives commands of the emulator to a node: one, those of a pipe, or those typed at a prompt. */
export async function emu(
  io: Io,
  node: string,
  words: readonly string[],
  options: { readonly state?: string },
): Promise<number> {
  const lab = findLab(options.state, io.env)
  const run: RunLine = async (line) => {
    const answer = await ask(lab.controlSocket, 'POST', `/nodes/${encodeURIComponent(node)}/emulator`, { line })
    if (typeof answer === 'object' && answer !== null && 'output' in answer && typeof answer.output === 'string') {
      return answer.output
    }
    throw new Error(`lab ${lab.name} gave an answer that this version of bmcsim does not know`)
  }
  if (words.length > 0) return (await tried(io, run, words.join(' '), '')) ? ExitCode.ok : ExitCode.failure
  // Asked with nothing to do, so that a wrong name is told before a prompt is shown.
  await run('')
  return readLines(io, run)
}

type RunLine = (line: string) => Promise<string>

async function readLines(io: Io, run: RunLine): Promise<number> {
  const { createInterface } = await import('node:readline')
  const terminal = io.stdin.isTTY === true
  const lines = createInterface({
    input: io.stdin,
    output: terminal ? io.stdout : undefined,
    terminal,
    prompt: PROMPT,
    completer: complete,
  })
  lines.on('SIGINT', () => lines.close())
  let joined = ''
  let number = 0
  if (terminal) lines.prompt()
  for await (const line of lines) {
    number++
    const more = line.endsWith('\\') && !line.trimStart().startsWith('#')
    joined += more ? `${line}\n` : line
    if (!more) {
      const text = joined
      joined = ''
      if (terminal && leaving.includes(text.trim())) break
      const well = await tried(io, run, text, terminal ? '' : `line ${number}: `)
      if (!well && !terminal) return ExitCode.failure
    }
    lines.setPrompt(more ? MORE : PROMPT)
    if (terminal) lines.prompt()
  }
  lines.close()
  return ExitCode.ok
}

/** False, with the reason on standard error, where the node did not do it. Throws where there is no such node, or no lab. */
async function tried(io: Io, run: RunLine, line: string, place: string): Promise<boolean> {
  try {
    const output = await run(line)
    if (output !== '') out(io, output)
    return true
  } catch (error) {
    if (!(error instanceof ControlError)) throw error
    err(io, place + error.message.replace(/^line:\d+:(\d+): /gm, ''))
    return false
  }
}

function complete(line: string): [string[], string] {
  return [emulatorWords.filter((word) => word.startsWith(line)), line]
}
