import type { BootDevice } from './machine.ts'

export interface ScreenLine {
  /** Milliseconds after the line before. */
  readonly afterMs: number
  readonly text: string
}

/** What the firmware finds. */
export interface PostFacts {
  readonly sockets: number
  readonly memoryMiB: number
}

const line = (afterMs: number, text: string): ScreenLine => ({ afterMs, text })

/** What the firmware prints. The boot choice can be read from it, as on a real server. */
export function postLines(name: string, boot: BootDevice, { sockets, memoryMiB }: PostFacts): readonly ScreenLine[] {
  return [
    line(50, '\x1b[2J\x1b[HSimulated firmware 1.0 (no real hardware, no QEMU)'),
    line(50, `System: ${name}`),
    line(100, `Processors: ${sockets}    Memory test: ${memoryMiB} MiB OK`),
    line(50, 'Devices: SATA disk 0, CD drive (empty), network adapter 0'),
    ...bootLines[boot],
  ]
}

const bootLines: Readonly<Record<BootDevice, readonly ScreenLine[]>> = {
  none: [line(50, 'Boot: machine order'), line(50, 'Booting from disk 0...')],
  disk: [line(50, 'Boot override: disk'), line(50, 'Booting from disk 0...')],
  pxe: [
    line(50, 'Boot override: PXE network'),
    line(50, 'PXE: network adapter 0, link up'),
    line(200, 'PXE: DHCP discover... offer 192.0.2.10'),
    line(100, 'PXE: no boot file: there is no real network behind a simulated machine'),
    line(50, 'Booting from disk 0...'),
  ],
  cdrom: [line(50, 'Boot override: CD'), line(100, 'CD drive: no medium'), line(50, 'Booting from disk 0...')],
  floppy: [line(50, 'Boot override: floppy'), line(100, 'Floppy: no drive'), line(50, 'Booting from disk 0...')],
  usb: [line(50, 'Boot override: USB'), line(100, 'USB: no stick'), line(50, 'Booting from disk 0...')],
  'remote-cdrom': [
    line(50, 'Boot override: remote CD'),
    line(100, 'Remote CD: no medium'),
    line(50, 'Booting from disk 0...'),
  ],
  'remote-floppy': [
    line(50, 'Boot override: remote floppy'),
    line(100, 'Remote floppy: no medium'),
    line(50, 'Booting from disk 0...'),
  ],
  'remote-disk': [
    line(50, 'Boot override: remote disk'),
    line(100, 'Remote disk: no medium'),
    line(50, 'Booting from disk 0...'),
  ],
  'primary-remote-media': [
    line(50, 'Boot override: remote media'),
    line(100, 'Remote media: no medium'),
    line(50, 'Booting from disk 0...'),
  ],
  'safe-mode': [line(50, 'Boot override: disk, safe mode'), line(50, 'Booting from disk 0...')],
  diagnostics: [
    line(50, 'Boot override: diagnostics'),
    line(200, 'Diagnostics: processors OK, memory OK, disk 0 OK'),
    line(50, 'Booting from disk 0...'),
  ],
  'bios-setup': [line(50, 'Boot override: setup')],
  'uefi-http': [
    line(50, 'Boot override: UEFI HTTP boot'),
    line(200, 'HTTP: no answer: there is no real network behind a simulated machine'),
    line(50, 'Booting from disk 0...'),
  ],
  'uefi-target': [line(50, 'Boot override: one device'), line(50, 'Booting from disk 0...')],
}

export function setupScreen(name: string): string {
  return [
    '',
    '+----------------------- Setup -----------------------+',
    `| System         ${name.slice(0, 36).padEnd(37)}|`,
    '| Boot order     network, disk 0, CD                  |',
    '| Serial port    COM1, 115200 8n1, redirected         |',
    '| This machine is simulated: nothing to be changed.   |',
    '+-------------- press any key to boot ----------------+',
    '',
  ].join('\r\n')
}

export function kernelLines(name: string, boot: BootDevice): readonly ScreenLine[] {
  return [
    line(100, `[    0.000000] Simulated kernel 1.0 on ${name}`),
    line(
      50,
      `[    0.000000] Command line: root=/dev/sda1 console=ttyS0,115200${boot === 'safe-mode' ? ' single' : ''}`,
    ),
    line(100, '[    0.150000] ttyS0 at I/O 0x3f8 (irq = 4) is a 16550A'),
    line(100, '[    0.300000] sda: sda1'),
    line(100, '[    0.420000] Mounted root (sim) read-only'),
    line(150, 'Starting services: network clock login'),
    line(50, ''),
    line(0, `Simulated system on ${name}: log in as root, no password`),
    line(0, ''),
  ]
}

export const farewell: readonly ScreenLine[] = [
  line(20, 'Power button or poweroff: the system is going down'),
  line(200, 'Stopping services: login clock network'),
  line(200, 'Root remounted read-only'),
  line(100, 'Power down'),
]

export const rebootLines: readonly ScreenLine[] = [
  line(20, 'The system is going down for reboot'),
  line(200, 'Stopping services: login clock network'),
  line(200, 'Restarting system'),
]
