import { parseAst } from 'vitest/node'

/** What one source file says about its surroundings, read from its syntax tree: no text matching, so no false alarm from a comment. */
export interface Facts {
  readonly imports: readonly Import[]
  /** `Date.now`, `new Date()`, `process.exit`, `console.log`, `setTimeout`, `node:crypto.randomBytes`, ... */
  readonly uses: readonly Use[]
}

export interface Import {
  /** As written: `../base/bytes.ts`, `node:net`, `zod`; undefined when it is computed at run time. */
  readonly from: string | undefined
  readonly line: number
}

export interface Use {
  readonly name: string
  readonly line: number
}

type Syntax = Readonly<Record<string, unknown>>

/** Reads static, type-only and dynamic imports, re-exports and `import('..').T` types. */
export function readFacts(text: string): Facts {
  const imports: Import[] = []
  const uses: Use[] = []
  const lineOf = (node: Syntax) => text.slice(0, Number(node.start)).split('\n').length

  visit(parseAst(text, { lang: 'ts', astType: 'ts' }), new Set(), (node, bound) => {
    switch (node.type) {
      case 'ImportDeclaration':
      case 'ExportAllDeclaration':
      case 'ExportNamedDeclaration':
      case 'ImportExpression':
      case 'TSImportType': {
        if (!isSyntax(node.source)) return // `export const x`: nothing comes from elsewhere
        const from = literal(node.source)
        imports.push({ from, line: lineOf(node) })
        if (from === undefined || !Array.isArray(node.specifiers)) return
        for (const one of node.specifiers.filter(isSyntax)) {
          if (isSyntax(one.imported)) uses.push({ name: `${from}.${String(one.imported.name)}`, line: lineOf(one) })
        }
        if (/^node:timers/.test(from)) uses.push({ name: from, line: lineOf(node) })
        return
      }
      case 'TSExternalModuleReference':
        imports.push({ from: isSyntax(node.expression) ? literal(node.expression) : undefined, line: lineOf(node) })
        return
      case 'MemberExpression': {
        const name = memberName(node)
        if (name !== undefined && !bound.has(name.split('.')[0])) uses.push({ name, line: lineOf(node) })
        return
      }
      case 'NewExpression':
        if (isNamed(node.callee, 'Date') && Array.isArray(node.arguments) && node.arguments.length === 0) {
          uses.push({ name: 'new Date()', line: lineOf(node) })
        }
        return
      case 'CallExpression':
        if (isSyntax(node.callee) && node.callee.type === 'Identifier' && !bound.has(String(node.callee.name))) {
          uses.push({ name: String(node.callee.name), line: lineOf(node) })
        }
    }
  })
  return { imports, uses }
}

/** Walks the tree; `bound` are the names that the file itself gives a meaning there, so `process` may be one of its own. */
function visit(
  value: unknown,
  bound: ReadonlySet<string>,
  see: (node: Syntax, bound: ReadonlySet<string>) => void,
): void {
  if (Array.isArray(value)) {
    for (const one of value) visit(one, bound, see)
  } else if (isSyntax(value)) {
    const inside = isScope(value) ? new Set([...bound, ...declared(value)]) : bound
    if (typeof value.type === 'string') see(value, inside)
    for (const one of Object.values(value)) visit(one, inside, see)
  }
}

function isScope(node: Syntax): boolean {
  return /^(Program|FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(String(node.type))
}

/** The names that a function, or the file as a whole, declares: parameters, variables, imports. */
function declared(scope: Syntax): string[] {
  const names: string[] = []
  const look = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(look)
    if (!isSyntax(value) || (isScope(value) && value !== scope)) return
    if (value.type === 'VariableDeclarator') names.push(...patternNames(value.id))
    if (value.type === 'ImportDeclaration' && !isAmbientModule(value.source) && Array.isArray(value.specifiers)) {
      for (const one of value.specifiers.filter(isSyntax)) names.push(...patternNames(one.local))
    }
    Object.values(value).forEach(look)
  }
  if (Array.isArray(scope.params)) for (const one of scope.params) names.push(...patternNames(one))
  look(scope)
  return names
}

/** `import process from 'node:process'` is the global all the same. */
function isAmbientModule(source: unknown): boolean {
  return isSyntax(source) && /^(node:)?(process|console|timers|perf_hooks)/.test(String(source.value))
}

/** The names in `a`, `{ a, b: c }`, `[a]`, `a = 1` and `...a`. */
function patternNames(pattern: unknown): string[] {
  if (!isSyntax(pattern)) return []
  switch (pattern.type) {
    case 'Identifier':
      return [String(pattern.name)]
    case 'ObjectPattern':
      return Array.isArray(pattern.properties) ? pattern.properties.flatMap(patternNames) : []
    case 'ArrayPattern':
      return Array.isArray(pattern.elements) ? pattern.elements.flatMap(patternNames) : []
    case 'Property':
      return patternNames(pattern.value)
    case 'AssignmentPattern':
      return patternNames(pattern.left)
    case 'RestElement':
      return patternNames(pattern.argument)
    default:
      return []
  }
}

function isSyntax(value: unknown): value is Syntax {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isNamed(value: unknown, name: string): boolean {
  return isSyntax(value) && value.type === 'Identifier' && value.name === name
}

/** `a.b.c` for a chain of plain names, or undefined. `globalThis.` in front does not hide anything. */
function memberName(node: Syntax): string | undefined {
  const property = isSyntax(node.property) && node.computed !== true ? String(node.property.name) : undefined
  if (property === undefined || !isSyntax(node.object)) return undefined
  if (node.object.type === 'Identifier') {
    return node.object.name === 'globalThis' ? property : `${String(node.object.name)}.${property}`
  }
  const before = node.object.type === 'MemberExpression' ? memberName(node.object) : undefined
  return before === undefined ? undefined : `${before}.${property}`
}

function literal(node: Syntax): string | undefined {
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : undefined
}
