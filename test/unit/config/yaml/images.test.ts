import { describe, expect, it } from 'vitest'
import { configFile, configFolder, lab, problemsOf } from '../../../support/config-files.ts'
import { qcow2Header } from '../../../support/disk-images.ts'

const GIB = 2 ** 30
configFile('f39.qcow2', qcow2Header(5 * GIB))
configFile('u22.img', qcow2Header(2 * GIB))

/** A lab file; `images:` is line 1, the first node line 4. */
const text = (images: string, nodes: string) =>
  `images: ${images}\ndefaults: { users: [{ name: admin, password: secret }] }\nnodes:\n${nodes}\n`
const IMAGES = '{ f39: f39.qcow2, u22.04: { file: ./u22.img, format: qcow2 } }'
const read = (nodes: string, images = IMAGES) => lab(text(images, nodes)).nodes.map(({ machine }) => machine)
const wrong = (nodes: string, images = IMAGES) => problemsOf(() => lab(text(images, nodes)))

describe('images', () => {
  it('are what the disk of a node begins as', () => {
    const [a, b, c] = read(
      '  a: { machine: { image: f39 } }\n  b: { machine: { image: u22.04, disk: 10G } }\n  c: { machine: { image: test-guest, disk: 1G } }',
    )
    expect(a).toMatchObject({
      image: undefined,
      ownDisk: { base: { name: 'f39', file: `${configFolder}/f39.qcow2`, format: 'qcow2' }, sizeBytes: undefined },
      disks: [],
      memoryMiB: 1024,
    })
    expect(b).toMatchObject({ ownDisk: { base: { file: `${configFolder}/u22.img` }, sizeBytes: 10 * GIB } })
    expect(c).toMatchObject({
      image: { name: 'test-guest' },
      ownDisk: { base: undefined, sizeBytes: GIB },
      memoryMiB: 128,
    })
  })

  it('are not needed for an empty disk, and go together with a kernel', () => {
    configFile('vmlinuz', 'kernel')
    const [a, b] = read('  a: { machine: { disk: 64M } }\n  b: { machine: { image: f39, kernel: vmlinuz, append: x } }')
    expect(a).toMatchObject({ ownDisk: { base: undefined, sizeBytes: 64 * 2 ** 20 }, memoryMiB: 32 })
    expect(b).toMatchObject({ kernel: `${configFolder}/vmlinuz`, ownDisk: { base: { name: 'f39' } } })
  })

  it('come from the defaults too', () => {
    const file = `images: ${IMAGES}\ndefaults: { users: [{ name: a, password: b }], machine: { image: f39 } }\nnodes:\n  n[1-2]:\n  other: { machine: { image: u22.04 } }\n`
    expect(lab(file).nodes.map(({ machine }) => machine.kind === 'qemu' && machine.ownDisk?.base?.name)).toEqual([
      'f39',
      'f39',
      'u22.04',
    ])
  })

  it('must be known by their name', () => {
    expect(wrong('  a: { machine: { image: f3 } }')).toEqual(['4:26+2 there is no image "f3"; did you mean "f39"?'])
    expect(wrong('  a: { machine: { image: windows } }')).toEqual([
      '4:26+7 there is no image "windows"; there are test-guest, f39, u22.04',
    ])
    expect(
      problemsOf(() =>
        lab('defaults: { users: [{ name: a, password: b }] }\nnodes:\n  a: { machine: { image: f39 } }\n'),
      ),
    ).toEqual(['3:26+3 there is no image "f39"; write images: { f39: FILE } at the top'])
  })

  it('that are missing or no images are all told at once, each where it is named', () => {
    const images = '{ gone: /nonexistent/gone.qcow2, bad: { file: bad.qcow2 }, unused: /nonexistent/unused }'
    configFile('bad.qcow2', '<html>')
    expect(
      wrong(
        '  a[1-3]: { machine: { image: gone } }\n  b: { machine: { image: bad } }\n  c: { machine: { image: bda } }',
        images,
      ),
    ).toEqual([
      '1:17+23 the image gone: /nonexistent/gone.qcow2 cannot be read: there is no such file; check the path',
      `1:55+9 the image bad: ${configFolder}/bad.qcow2 is no qcow2 image; fetch it again`,
      '6:26+3 there is no image "bda"; did you mean "bad"?',
    ])
  })

  it('are written in a way that is understood', () => {
    expect(wrong('  a:', '[f39]')[0]).toContain('images has a name for each below it')
    expect(wrong('  a:', '{ "a b": f39.qcow2 }')[0]).toContain('is no name of an image')
    expect(wrong('  a:', '{ test-guest: f39.qcow2 }')[0]).toContain('take another name')
    expect(wrong('  a:', '{ f39: { fil: f39.qcow2 } }')).toEqual(
      expect.arrayContaining([expect.stringContaining('did you mean "file"?')]),
    )
    expect(wrong('  a:', '{ f39: { file: f39.qcow2, format: qcow } }')[0]).toContain('did you mean "qcow2"?')
  })

  it('may have an Ignition file beside them, one for each node', () => {
    for (const name of ['n1', 'n2']) configFile(`${name}.ign`, '{}')
    expect(read('  n[1-2]: { machine: { image: f39, ignition: "{name}.ign" } }')).toMatchObject([
      { ignition: `${configFolder}/n1.ign` },
      { ignition: `${configFolder}/n2.ign` },
    ])
    expect(wrong('  n[2-3]: { machine: { ignition: "{name}.ign" } }')).toEqual([
      `4:34+12 "${configFolder}/n3.ign" cannot be read: there is no such file; check the path`,
    ])
    expect(wrong('  a: { machine: { ignition: . } }')[0]).toContain('is no file; name an Ignition file')
    expect(wrong('  a: { machine: { kernel: gone, initrd: lost } }')).toEqual([
      expect.stringContaining('gone" cannot be read'),
      expect.stringContaining('lost" cannot be read'),
    ])
  })

  it('are not made smaller', () => {
    expect(wrong('  a: { machine: { image: f39, disk: 4G } }')).toEqual([
      '4:37+2 the image f39 is a disk of 5120M; write at least that, or leave disk out',
    ])
    expect(wrong('  a: { machine: { disk: disk.img } }')[0]).toContain('like 512M or 10G; paths go under disks')
    expect(wrong('  a: { machine: { kind: simulated, disk: 4G } }')[0]).toContain('"disk" means nothing')
  })
})
