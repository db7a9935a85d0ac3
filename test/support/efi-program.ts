/**
 * A UEFI application for x86-64 in 1 KiB: it says `words` on COM1 and stands still. PE32+ (Microsoft PE and COFF specification)
 * with one section, whose code runs wherever it is loaded.
 */
export function efiProgram(words: string): Buffer {
  const section = 512
  const file = Buffer.alloc(2 * section)
  file.write('MZ', 0, 'latin1')
  file.writeUInt32LE(0x40, 0x3c)
  file.write('PE\0\0', 0x40, 'latin1')
  const coff = 0x44
  file.writeUInt16LE(0x8664, coff) // x86-64
  file.writeUInt16LE(1, coff + 2) // sections
  file.writeUInt16LE(240, coff + 16) // optional header
  file.writeUInt16LE(0x0022, coff + 18) // executable, knows large addresses
  const optional = coff + 20
  file.writeUInt16LE(0x020b, optional) // PE32+
  file.writeUInt32LE(section, optional + 4) // code
  file.writeUInt32LE(0x1000, optional + 16) // entry point
  file.writeUInt32LE(0x1000, optional + 20)
  file.writeUInt32LE(0x1000, optional + 32) // alignment in memory
  file.writeUInt32LE(section, optional + 36) // and in the file
  file.writeUInt32LE(0x2000, optional + 56) // size in memory
  file.writeUInt32LE(section, optional + 60) // headers
  file.writeUInt16LE(10, optional + 68) // EFI application
  file.writeUInt32LE(16, optional + 108) // data directories, all empty
  const table = optional + 240
  file.write('.text', table, 'latin1')
  file.writeUInt32LE(section, table + 8)
  file.writeUInt32LE(0x1000, table + 12)
  file.writeUInt32LE(section, table + 16)
  file.writeUInt32LE(section, table + 20)
  file.writeUInt32LE(0x60000020, table + 36) // code, to be run and read
  file.set(
    [
      ...[0xfa, 0xfc], // cli; cld
      ...[0x48, 0x8d, 0x35, 0x10, 0, 0, 0], // lea rsi,[rip+10h]: the words
      ...[0x66, 0xba, 0xf8, 0x03], // mov dx,3f8h
      ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // print: lodsb; test al,al; jz stop; out dx,al; jmp print
      ...[0xf4, 0xeb, 0xfd], // stop: hlt; jmp stop
      0x90,
      ...Buffer.from(`${words}\r\n\0`),
    ],
    section,
  )
  return file
}
