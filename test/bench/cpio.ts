/** A file of an initrd. */
export interface InitrdFile {
  readonly name: string
  readonly content: Uint8Array
}

/**
 * Executable files as an archive of cpio's "newc" format, which Linux takes for an initrd, alone or with others behind it
 * (Documentation/driver-api/early-userspace/buffer-format.rst): a head of fourteen numbers in hex, the name, the content, each
 * filled up to four bytes.
 */
export function initrd(files: readonly InitrdFile[]): Buffer {
  const entries = files.map(({ name, content }, i) => entry(name, content, { inode: i + 1, mode: REGULAR | 0o755 }))
  return Buffer.concat([...entries, entry('TRAILER!!!', new Uint8Array(0), { inode: 0, mode: 0 })])
}

const REGULAR = 0o100000

function entry(name: string, content: Uint8Array, { inode, mode }: { inode: number; mode: number }): Buffer {
  const [uid, gid, links, time, device, none] = [0, 0, 1, 0, [0, 0, 0, 0], 0]
  const numbers = [inode, mode, uid, gid, links, time, content.length, ...device, name.length + 1, none]
  const head = `070701${numbers.map((number) => number.toString(16).padStart(8, '0')).join('')}${name}\0`
  return Buffer.concat([filledUp(Buffer.from(head, 'latin1')), filledUp(content)])
}

function filledUp(bytes: Uint8Array): Buffer {
  return Buffer.concat([bytes, new Uint8Array(-bytes.length & 3)])
}
