import { accessSync, constants, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { NetworkConfig, NicConfig } from '../config.ts'
import type { BootSource, NetworkBootConfig, NicBootConfig, OwnAddressConfig } from '../services.ts'
import { reason } from '../text-file.ts'
import type { EntryReader } from './entry-reader.ts'
import type { NetworkReader } from './network-reader.ts'
import { TEST_GUEST } from './schema.ts'
import { fillSeedText, type SeedWord } from './seed-template.ts'
import type { NetworkBootEntry, NodeBootEntry } from './services-schema.ts'

type Path = readonly PropertyKey[]
type SourceEntry = Omit<NodeBootEntry, 'local'> & { readonly local?: true | undefined }
type Reader = Pick<NetworkReader, 'place' | 'wrong' | 'text'> & { readonly cwd: string }

/** One of them says what is booted. */
const sources = ['script', 'kernel', 'image', 'local'] as const
const programs = ['bios', 'uefi', 'http'] as const

const isUrl = (text: string) => /^(https?|tftp):\/\/\S+$/i.test(text)

export function readNetworkBoot(
  entry: NetworkBootEntry,
  own: OwnAddressConfig | undefined,
  of: NetworkReader,
): NetworkBootConfig {
  const reader = { ...of, cwd: dirname(of.file) }
  const what = readSource(entry, reader)
  const folder = entry.folder === undefined ? undefined : resolve(reader.cwd, entry.folder)
  if (folder !== undefined) checkThere(folder, 'folder', ['boot', 'folder'], reader)
  const program = (key: (typeof programs)[number]) => {
    const text = entry[key]
    if (text === undefined || isUrl(text)) return text
    const path = ['boot', key]
    if (folder === undefined) {
      reader.wrong(path, `in which folder is "${text}"? Write folder: PATH too, or a URL`)
    } else {
      const file = resolve(folder, text)
      if (text.startsWith('/') || !file.startsWith(`${folder}/`)) {
        reader.wrong(path, `"${text}" is not in the folder; write a path that begins there`)
      } else checkThere(file, 'file', path, reader)
    }
    const port = own?.httpPort === 80 ? '' : `:${own?.httpPort}`
    return key === 'http' ? `http://${own?.address}${port}/${text.split('/').map(encodeURIComponent).join('/')}` : text
  }
  const [bios, uefi, http] = programs.map(program)
  if ([...sources, ...programs, 'folder'].every((key) => Reflect.get(entry, key) === undefined)) {
    const words = [...sources.filter((key) => key !== 'local'), ...programs, 'folder'].join(', ')
    reader.wrong(['boot'], `nothing says what is booted; write one of ${words}`)
  }
  return { at: reader.place('boot'), what, folder, bios, uefi, http }
}

/** What each NIC of a node boots whose network we serve; the node's own entry goes before the network's. */
export function readNodeBoot(
  entry: NodeBootEntry | undefined,
  { nics, address }: { nics: readonly NicConfig[]; address: string | undefined },
  reader: EntryReader,
): readonly NicBootConfig[] | undefined {
  const own = entry && readSource(entry, reader)
  if (entry !== undefined && own === undefined && sources.every((key) => entry[key] === undefined)) {
    reader.wrong(['boot'], `nothing says what is booted; write one of ${sources.join(', ')}`)
  }
  const boots = nics.flatMap(({ mac, plug }): NicBootConfig[] => {
    const name = 'network' in plug ? plug.network : undefined
    const network = name === undefined ? undefined : reader.networks.get(name)
    if (name === undefined || network === undefined || !isServed(network)) return []
    const what = own ?? network.services?.boot?.what
    if (what === undefined) return []
    const place = own === undefined ? undefined : ['boot', what.kind === 'script' ? 'script' : 'append']
    return [{ network: name, mac, what: filled(what, { mac, address }, place, reader) }]
  })
  if (own !== undefined && boots.length === 0) {
    const kinds = 'one of kind user, or one with dhcp or boot'
    reader.wrong(['boot'], `${reader.member.name} has no NIC on a network that we serve; plug one into ${kinds}`)
  }
  return boots.length === 0 ? undefined : boots
}

/** Whether somebody there hears what we say about booting. */
function isServed({ kind, services }: NetworkConfig): boolean {
  return kind === 'user' || services !== undefined
}

function readSource(entry: SourceEntry, reader: Reader): BootSource | undefined {
  const said = sources.filter((key) => entry[key] !== undefined)
  for (const more of said.slice(1)) {
    reader.wrong(['boot', more], `one thing is booted: ${said[0]} or ${more}; remove one of the two`)
  }
  for (const key of ['initrd', 'append'] as const) {
    const goes = entry.kernel !== undefined || (key === 'append' && entry.image !== undefined)
    if (entry[key] !== undefined && !goes)
      reader.wrong(['boot', key], `${key} goes with a kernel; write kernel: PATH, or remove it`)
  }
  if (entry.script !== undefined) return readScript(entry.script, reader)
  if (entry.kernel !== undefined) {
    const file = (written: string, path: Path) => {
      const whole = resolve(reader.cwd, written)
      checkThere(whole, 'file', path, reader)
      return whole
    }
    const { initrd = [] } = entry
    return {
      kind: 'kernel',
      kernel: file(entry.kernel, ['boot', 'kernel']),
      initrds: (typeof initrd === 'string' ? [initrd] : initrd).map((one) => file(one, ['boot', 'initrd'])),
      append: entry.append,
    }
  }
  if (entry.image !== undefined) {
    const at = reader.place('boot', 'image')
    if (entry.image === TEST_GUEST) return { kind: 'image', image: { name: entry.image, at }, append: entry.append }
    reader.wrong(['boot', 'image'], `there is no kernel in "${entry.image}"; write ${TEST_GUEST}, or kernel and initrd`)
  }
  return entry.local ? { kind: 'local' } : undefined
}

function readScript(written: string, reader: Reader): BootSource | undefined {
  const path = ['boot', 'script']
  const text = written.includes('\n') ? written : reader.text(written, path)
  if (text === undefined) return undefined
  if (!text.startsWith('#!ipxe'))
    reader.wrong(path, 'a script of iPXE begins with #!ipxe; write that as its first line')
  return { kind: 'script', text }
}

/** With the node's own in the places of `{name}` and the like. `place`: undefined where the network says it. */
function filled(
  what: BootSource,
  { mac, address }: { mac: string; address: string | undefined },
  place: Path | undefined,
  reader: EntryReader,
): BootSource {
  const { name, index } = reader.member
  const values = { name, n: String(index + 1), mac, address }
  const missing = (word: SeedWord) => {
    reader.wrong(
      place ?? ['address'],
      `what ${name} boots from the network has {${word}} in it; write ${word}: at the node`,
    )
  }
  const fill = (text: string) => fillSeedText(text, values, missing)
  if (what.kind === 'script') return { ...what, text: fill(what.text) }
  if (what.kind === 'local' || what.append === undefined) return what
  return { ...what, append: fill(what.append) }
}

function checkThere(path: string, what: 'file' | 'folder', at: Path, reader: Reader): void {
  try {
    const found = statSync(path)
    if (what === 'folder' ? !found.isDirectory() : !found.isFile()) reader.wrong(at, `"${path}" is no ${what}`)
    else accessSync(path, constants.R_OK)
  } catch (error) {
    reader.wrong(at, `"${path}" cannot be read: ${reason(error)}`)
  }
}
