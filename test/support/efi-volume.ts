const sectorSize = 512
const sectors = 2048
const fatSectors = 6
const rootEntries = 512
const rootSectors = (rootEntries * 32) / sectorSize
const firstData = 1 + 2 * fatSectors + rootSectors
const endOfChain = 0xfff

/** A FAT12 volume of 1 MiB without a partition table, on which UEFI finds `program` as EFI/BOOT/BOOTX64.EFI (Microsoft FAT specification). */
export function efiVolume(program: Buffer): Buffer {
  const volume = Buffer.alloc(sectors * sectorSize)
  volume.set([0xeb, 0x3c, 0x90])
  volume.write('BMCSIM  ', 3, 'latin1')
  volume.writeUInt16LE(sectorSize, 11)
  volume.writeUInt8(1, 13) // sectors a cluster
  volume.writeUInt16LE(1, 14) // reserved: this one
  volume.writeUInt8(2, 16) // FATs
  volume.writeUInt16LE(rootEntries, 17)
  volume.writeUInt16LE(sectors, 19)
  volume.writeUInt8(0xf8, 21)
  volume.writeUInt16LE(fatSectors, 22)
  volume.writeUInt8(0x29, 38)
  volume.write('EFI        FAT12   ', 43, 'latin1')
  volume.set([0x55, 0xaa], 510)
  const length = Math.ceil(program.length / sectorSize)
  const chain = [0xff8, endOfChain, endOfChain, endOfChain]
  for (let i = 1; i <= length; i++) chain.push(i === length ? endOfChain : 4 + i)
  for (const fat of [1, 1 + fatSectors]) for (const [i, next] of chain.entries()) setNext(volume, fat, i, next)
  volume.set(entry('EFI', '', 0x10, 2, 0), (1 + 2 * fatSectors) * sectorSize)
  volume.set(Buffer.concat([dots(2, 0), entry('BOOT', '', 0x10, 3, 0)]), clusterAt(2))
  volume.set(Buffer.concat([dots(3, 2), entry('BOOTX64', 'EFI', 0x20, 4, program.length)]), clusterAt(3))
  volume.set(program, clusterAt(4))
  return volume
}

function clusterAt(cluster: number): number {
  return (firstData + cluster - 2) * sectorSize
}

/** Two entries share three bytes. */
function setNext(volume: Buffer, fat: number, index: number, next: number): void {
  const at = fat * sectorSize + index + (index >> 1)
  const before = volume.readUInt16LE(at)
  volume.writeUInt16LE(index % 2 === 0 ? (before & 0xf000) | next : (before & 0x000f) | (next << 4), at)
}

function dots(own: number, parent: number): Buffer {
  return Buffer.concat([entry('.', '', 0x10, own, 0), entry('..', '', 0x10, parent, 0)])
}

function entry(name: string, extension: string, attributes: number, cluster: number, size: number): Buffer {
  const made = Buffer.alloc(32)
  made.write(name.padEnd(8) + extension.padEnd(3), 'latin1')
  made.writeUInt8(attributes, 11)
  made.writeUInt16LE(cluster, 26)
  made.writeUInt32LE(size, 28)
  return made
}
