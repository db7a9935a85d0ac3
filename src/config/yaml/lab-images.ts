import { resolve } from 'node:path'
import { isMap } from 'yaml'
import { z } from 'zod'
import type { BaseImageConfig } from '../config.ts'
import { diskFormats, lookIntoImage } from '../image-file.ts'
import { didYouMean } from '../nearest.ts'
import type { Problems } from '../problems.ts'
import type { SourceRange } from '../source.ts'
import { keyText, type Places } from './places.ts'
import { TEST_GUEST } from './schema.ts'
import type { Shapes } from './shape.ts'
import { shorthand } from './shorthand.ts'

const image = z.strictObject({ file: z.string().min(1), format: z.enum(diskFormats).optional() })
export const imageSchema = shorthand('file', image)
const knownImageKeys = () => Object.keys(image.shape)

interface Written {
  readonly entry: z.infer<typeof image>
  readonly at: SourceRange
}

/** The disk images of a lab file by name. A file is looked at when the first node wants it: others need not be there. */
export class LabImages {
  readonly #cwd: string
  readonly #problems: Problems
  /** Undefined where the entry is wrong, which has been reported. */
  readonly #written = new Map<string, Written | undefined>()
  readonly #seen = new Map<string, BaseImageConfig | undefined>()

  constructor(cwd: string, problems: Problems) {
    this.#cwd = cwd
    this.#problems = problems
  }

  /** `node`: what stands behind `images:`. */
  read(node: unknown, { places, shapes }: { places: Places; shapes: Shapes }): void {
    if (node === undefined) return
    if (!isMap(node)) {
      const wish = 'images has a name for each below it, like "  f39: /srv/images/Fedora-39.qcow2"'
      this.#problems.add(places.of(node), wish)
      return
    }
    for (const { key, value } of node.items) {
      const name = keyText(key) ?? ''
      if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)) {
        const rule = 'a name of up to 64 letters, digits, dots, dashes and underscores'
        this.#problems.add(places.of(key), `"${name}" is no name of an image; write ${rule}`)
      }
      if (name === TEST_GUEST) {
        this.#problems.add(places.of(key), `${TEST_GUEST} is an image of bmcsim's own; take another name`)
      }
      const entry = shapes.checked(value, imageSchema, knownImageKeys)
      this.#written.set(name, entry && { entry, at: places.nearest(value, ['file']) })
    }
  }

  /** The image that a node asks for at `wantedAt`; undefined where there is none, or it is wrong: that has been said. */
  use(name: string, wantedAt: SourceRange): BaseImageConfig | undefined {
    if (!this.#seen.has(name)) this.#seen.set(name, this.#look(name))
    const unknown = this.unknown(name)
    if (unknown !== undefined) this.#problems.add(wantedAt, unknown)
    return this.#seen.get(name)
  }

  #look(name: string): BaseImageConfig | undefined {
    const written = this.#written.get(name)
    if (written === undefined) return undefined
    const { entry, at } = written
    const file = resolve(this.#cwd, entry.file)
    const facts = lookIntoImage(file, entry.format)
    if (typeof facts !== 'string') return { name, file, ...facts }
    this.#problems.add(at, `the image ${name}: ${file} ${facts}`)
    return undefined
  }

  /** What is said where there is no image of that name. */
  unknown(name: string): string | undefined {
    if (name === TEST_GUEST || this.#written.has(name)) return undefined
    const names = [TEST_GUEST, ...this.#written.keys()]
    const only = names.length === 1 ? `; write images: { ${name}: FILE } at the top` : ''
    const known = didYouMean(name, names) || only || `; there are ${names.join(', ')}`
    return `there is no image "${name}"${known}`
  }
}
