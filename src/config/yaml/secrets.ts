import { type Document, isScalar, visit } from 'yaml'
import type { Problems } from '../problems.ts'
import { keyText, type Places } from './places.ts'

/** Ours, and those of cloud-init's users. */
const secretKeys = ['password', 'kg', 'passwd', 'plain_text_passwd', 'hashed_passwd']

/** In a text that may not be YAML yet. */
const secretLine = new RegExp(
  `\\b(?:${secretKeys.join('|')})["']?[ \\t]*:[ \\t]*("[^"\\n]*"?|'[^'\\n]*'?|[^,}\\n]+)`,
  'g',
)

/**
 * Passwords and keys are not among the lines that are shown. Where the file is not YAML yet, the document cannot say
 * where they are, so the text is looked through as well.
 */
export function hideSecrets(text: string, document: Document, places: Places, problems: Problems): void {
  visit(document, {
    Pair: (_, pair) => {
      if (!secretKeys.includes(keyText(pair.key) ?? '') || !isScalar(pair.value) || !pair.value.range) return
      let [from, to] = pair.value.range
      for (; from < to; from = nextLine(text, from)) problems.secret(places.range(from, to))
    },
  })
  for (const match of text.matchAll(secretLine)) {
    const from = match.index + match[0].length - match[1].length
    problems.secret(places.range(from, from + match[1].length))
  }
}

function nextLine(text: string, from: number): number {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end + 1
}
