import { posix } from 'node:path'
import { type Facts, readFacts } from './facts.ts'
import { ambient, importers, packages, rooms } from './house.ts'

/** Source text by path below src/, with forward slashes: `bmc/power.ts`. */
export type SourceTree = ReadonlyMap<string, string>

/** Every breach of the house, one line each: `bmc/x.ts:3: ...`. Empty when the house stands. */
export function breaches(tree: SourceTree): string[] {
  const found: string[] = []
  const edges = new Map<string, string[]>()

  for (const [path, text] of tree) {
    const facts = readFacts(text)
    const inside: string[] = []
    const room = roomOf(path)
    if (rooms[room] === undefined) {
      found.push(`${path}:1: room ${room} has no floor; give it a row in test/architecture/house.ts`)
      continue
    }
    for (const { from, line } of facts.imports) {
      const at = `${path}:${line}`
      if (from === undefined) {
        found.push(`${at}: an import computed at run time cannot be checked; name the module`)
      } else if (from.startsWith('.')) {
        const target = posix.join(posix.dirname(path), from)
        if (!tree.has(target)) found.push(`${at}: imports ${target}, which is not a file under src/`)
        else if (roomOf(target) === room) inside.push(target)
        else found.push(...between(room, roomOf(target)).map((problem) => `${at}: ${problem}`))
      } else {
        found.push(...outside(path, from).map((problem) => `${at}: ${problem}`))
      }
    }
    found.push(...ambientUses(path, facts))
    edges.set(path, inside)
  }
  for (const circle of circles(edges)) found.push(`${circle[0]}:1: import circle ${circle.join(' -> ')}`)
  return found.sort()
}

/** The room of a path: its first folder, or the file's own name for src/main.ts. */
export function roomOf(path: string): string {
  const slash = path.indexOf('/')
  return slash < 0 ? path.replace(/\.ts$/, '') : path.slice(0, slash)
}

function between(from: string, to: string): string[] {
  const [here, there] = [rooms[from], rooms[to]]
  if (here === undefined || there === undefined) return [`${from} imports ${to}, which has no floor`]
  if (there.floor === here.floor) return [`${from} and ${to} share floor ${here.floor}; declare a port instead`]
  if (there.floor > here.floor) return [`${from} (floor ${here.floor}) imports upward: ${to} (floor ${there.floor})`]
  if (here.only !== undefined && !here.only.includes(to)) {
    return [`${from} may import only ${here.only.join(', ')}; not ${to}`]
  }
  const allowed = importers[to]
  if (allowed !== undefined && !allowed.includes(from)) {
    return [`only ${allowed.join(', ')} may import ${to}; not ${from}`]
  }
  return []
}

function outside(path: string, from: string): string[] {
  if (from.startsWith('node:')) return []
  const name = from
    .split('/')
    .slice(0, from.startsWith('@') ? 2 : 1)
    .join('/')
  const allowed = packages[name]
  if (allowed === undefined || isIn(path, allowed)) return []
  return [`${name} is imported only by ${allowed.join(', ')}`]
}

function ambientUses(path: string, facts: Facts): string[] {
  return facts.uses.flatMap(({ name, line }) =>
    ambient
      .filter((rule) => rule.uses.test(name) && !isIn(path, rule.allowed))
      .map((rule) => `${path}:${line}: ${name} reaches for ${rule.what}`),
  )
}

function isIn(path: string, places: readonly string[]): boolean {
  return places.some((place) => (place.endsWith('/') ? path.startsWith(place) : path === place))
}

/** Import circles, each reported once, beginning and ending with its first file in the alphabet. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const found = new Map<string, string[]>()
  const done = new Set<string>()
  const walk = (file: string, trail: readonly string[]): void => {
    const start = trail.indexOf(file)
    if (start >= 0) {
      const ring = trail.slice(start)
      const first = ring.indexOf([...ring].sort()[0])
      const turned = [...ring.slice(first), ...ring.slice(0, first)]
      found.set(turned.join(), [...turned, turned[0]])
      return
    }
    if (done.has(file)) return
    for (const next of edges.get(file) ?? []) walk(next, [...trail, file])
    done.add(file)
  }
  for (const file of edges.keys()) walk(file, [])
  return [...found.values()]
}
