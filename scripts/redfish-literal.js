const WIDTH = 110

/** A value as TypeScript, in the manner of the rest of the code: what fits into a line is one. */
export function literal(value, indent = '') {
  if (typeof value === 'string') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = `${indent}  `
  const list = Array.isArray(value)
  const parts = list
    ? value.map((one) => literal(one, inner))
    : Object.entries(value)
        .filter(([, one]) => one !== undefined)
        .map(([key, one]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : `'${key}'`}: ${literal(one, inner)}`)
  const [open, close] = list ? ['[', ']'] : ['{ ', ' }']
  const line = `${open}${parts.join(', ')}${close}`
  if (parts.length === 0) return list ? '[]' : '{}'
  if (line.length + indent.length <= WIDTH && !line.includes('\n') && (list || indent.length > 2)) return line
  return `${open.trim()}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${close.trim()}`
}
