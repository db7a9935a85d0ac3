import { writeFileSync } from 'node:fs'

/** Where it is loaded: the first byte above 1 MiB. */
const address = 0x100000

const headerBytes = 32
const magic = 0x1badb002
/** The addresses are in the header: no ELF needed. */
const flags = 0x00010000

/** A kernel for `-kernel` that writes "kernel!" to the first serial port and stops (Multiboot 0.6.96, section 3.1). */
export function writeMultibootKernel(path: string): void {
  const code = [
    ...[0xbe, ...u32(address + headerBytes + 20)], // mov esi,message
    ...[0x66, 0xba, 0xf8, 0x03], // mov dx,3f8h
    ...[0xac, 0x84, 0xc0, 0x74, 0x03, 0xee, 0xeb, 0xf8], // next: lodsb; test al,al; jz stop; out dx,al; jmp next
    ...[0xf4, 0xeb, 0xfd], // stop: hlt; jmp stop
    ...Buffer.from('kernel!\r\n\0'),
  ]
  const addresses = [address, address, 0, 0, address + headerBytes]
  const header = [magic, flags, -(magic + flags), ...addresses].flatMap(u32)
  writeFileSync(path, Uint8Array.from([...header, ...code]))
}

function u32(value: number): number[] {
  return [0, 8, 16, 24].map((shift) => (value >>> shift) & 0xff)
}
