import { writeFileSync } from 'node:fs'

/**
 * A guest of one disk sector: it says `words` on COM1, then obeys keys sent to it: `q` switches the machine off by ACPI
 * (PM1a control of QEMU's `pc`, set up by SeaBIOS at port 604h), `r` resets it (port CF9h).
 */
export function writeBootSector(path: string, words = 'guest!'): void {
  writeDisk(path, obeying(words))
}

/**
 * A CD with the same guest, which says `words`: ISO 9660 with an El Torito boot record (volume descriptors from sector 16 on, the
 * boot catalogue in 19, the program in 20) that is run as it is at 7C00h, without emulation of a floppy.
 */
export function writeBootableCd(path: string, words: string): void {
  const sector = 2048
  const cd = Buffer.alloc(1024 * 1024)
  const descriptor = (at: number, type: number, rest: string) => {
    cd.writeUInt8(type, at * sector)
    cd.write(`CD001\x01${rest}`, at * sector + 1, 'latin1')
  }
  descriptor(16, 1, '')
  descriptor(17, 0, 'EL TORITO SPECIFICATION')
  cd.writeUInt32LE(19, 17 * sector + 0x47)
  descriptor(18, 0xff, '')
  const catalogue = cd.subarray(19 * sector, 20 * sector)
  catalogue.set([1], 0) // validation entry, of a PC
  catalogue.set([0x55, 0xaa], 30)
  let sum = 0
  for (let at = 0; at < 32; at += 2) sum += catalogue.readUInt16LE(at)
  catalogue.writeUInt16LE(-sum & 0xffff, 28)
  catalogue.set([0x88, 0], 32) // bootable, no emulation
  catalogue.writeUInt16LE(4, 38) // sectors of 512 bytes
  catalogue.writeUInt32LE(20, 40)
  cd.set(obeying(words), 20 * sector)
  writeFileSync(path, cd)
}

function obeying(words: string): number[] {
  return [
    ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8], // cli; xor ax,ax; mov ds,ax
    ...[0xbe, 0x37, 0x7c, 0xba, 0xf8, 0x03], // mov si,words; mov dx,3f8h
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // print: lodsb; test al,al; jz wait; out dx,al; jmp print
    ...[0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xfb], // wait: mov dx,3fdh; poll: in al,dx; test al,1; jz poll
    ...[0xba, 0xf8, 0x03, 0xec], // mov dx,3f8h; in al,dx
    ...[0x3c, 0x72, 0x75, 0x06, 0xba, 0xf9, 0x0c, 0xb0, 0x06, 0xee], // cmp al,'r'; jne q; mov dx,cf9h; mov al,6; out dx,al
    ...[0x3c, 0x71, 0x75, 0xe6], // q: cmp al,'q'; jne wait
    ...[0xba, 0x04, 0x06, 0xb8, 0x00, 0x20, 0xef], // mov dx,604h; mov ax,2000h; out dx,ax
    ...[0xf4, 0xeb, 0xfd], // stop: hlt; jmp stop
    ...Buffer.from(`${words}\r\n\0`),
  ]
}

/** What a guest does for ever: nothing, computing, or reading the sector after its own again and again. */
export type GuestWork = 'halt' | 'spin' | 'read'

const works: Readonly<Record<GuestWork, readonly number[]>> = {
  halt: [0xfb, 0xf4, 0xeb, 0xfd], // sti; wait: hlt; jmp wait
  spin: [0xeb, 0xfe], // wait: jmp wait
  // sti; again: mov ax,0201h; mov cx,2; mov dx,80h; mov bx,8000h; int 13h; jmp again
  read: [0xfb, 0xb8, 0x01, 0x02, 0xb9, 0x02, 0x00, 0xba, 0x80, 0x00, 0xbb, 0x00, 0x80, 0xcd, 0x13, 0xeb, 0xf0],
}

/** A guest of one disk sector that says `guest!` on COM1 and then works as it is told here. */
export function writeWorkingGuest(path: string, work: GuestWork): void {
  writeDisk(path, [
    ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0x8e, 0xc0], // cli; xor ax,ax; mov ds,ax; mov es,ax
    ...[0xbe, 0x16 + works[work].length, 0x7c, 0xba, 0xf8, 0x03], // mov si,words; mov dx,3f8h
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // print: lodsb; test al,al; jz work; out dx,al; jmp print
    ...[0x90], // nop
    ...works[work],
    ...Buffer.from('guest!\r\n\0'),
  ])
}

/** A guest of one disk sector that says `guest!` on COM1, then waits, and says `nmi!` at every NMI (interrupt vector 2). */
export function writeNmiGuest(path: string): void {
  writeDisk(path, [
    ...[0xfa, 0x31, 0xc0, 0x8e, 0xd8], // cli; xor ax,ax; mov ds,ax
    ...[0xc7, 0x06, 0x08, 0x00, 0x17, 0x7c, 0xa3, 0x0a, 0x00], // mov word [8],handler; mov [10],ax
    ...[0xbe, 0x2a, 0x7c, 0xe8, 0x0a, 0x00], // mov si,words; call print
    ...[0xf4, 0xeb, 0xfd], // wait: hlt; jmp wait
    ...[0xbe, 0x33, 0x7c, 0xe8, 0x01, 0x00, 0xcf], // handler: mov si,nmi; call print; iret
    ...[0xba, 0xf8, 0x03], // print: mov dx,3f8h
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8, 0xc3], // next: lodsb; test al,al; jz end; out dx,al; jmp next; end: ret
    ...Buffer.from('guest!\r\n\0nmi!\r\n\0'),
  ])
}

function writeDisk(path: string, code: readonly number[]): void {
  const disk = Buffer.alloc(1024 * 1024)
  disk.set(code)
  disk.set([0x55, 0xaa], 510)
  writeFileSync(path, disk)
}
