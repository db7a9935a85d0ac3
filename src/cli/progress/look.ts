import type { Environment } from '../../lab/places.ts'

/** What a display is drawn with. */
export interface Look {
  readonly spinner: readonly string[]
  readonly good: string
  readonly bad: string
  readonly idle: string
  /** A step that is behind the node, and one that is before it. */
  readonly past: string
  readonly next: string
  paint(text: string, colour: Colour): string
}

export type Colour = keyof typeof codes

/** SGR of ECMA-48 §8.3.117: the colour, and the default colour. 2 and 22 are faint and neither bold nor faint. */
const codes = { green: [32, 39], red: [31, 39], yellow: [33, 39], cyan: [36, 39], faint: [2, 22] } as const

type Terminal = Pick<NodeJS.WriteStream, 'isTTY'> & Partial<Pick<NodeJS.WriteStream, 'hasColors'>>

/** Whether it can be drawn on again and again. A terminal of CI is a file that somebody reads later. */
export function isLive(stream: Terminal, env: Environment): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (env.CI ?? '') === ''
}

/** Colours where the terminal has them and nobody said NO_COLOR; an empty one says nothing (no-color.org). */
export function lookOf(stream: Terminal, env: Environment): Look {
  const coloured = (env.NO_COLOR ?? '') === '' && (stream.hasColors?.(withoutNoColor(env)) ?? false)
  const paint = (text: string, colour: Colour) => {
    const [on, off] = codes[colour]
    return coloured && text !== '' ? `\x1b[${on}m${text}\x1b[${off}m` : text
  }
  return { ...(showsUnicode(env) ? unicode : ascii), paint }
}

const unicode = { spinner: [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'], good: '✔', bad: '✖', idle: '·', past: '■', next: '□' }
const ascii = { spinner: [...'-\\|/'], good: '+', bad: 'x', idle: '.', past: '#', next: '.' }

/** Node takes an empty one for a word. */
function withoutNoColor({ NO_COLOR: _, ...env }: Environment): Environment {
  return env
}

/** The console of Linux itself has a font of a few hundred letters, these not among them. */
function showsUnicode(env: Environment): boolean {
  const locale = env.LC_ALL || env.LC_CTYPE || env.LANG || ''
  return env.TERM !== 'linux' && /utf-?8/i.test(locale)
}
