import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bmcsim, type Lab, upLab } from '../support/bmcsim.ts'
import { testGuestFolder } from '../support/find-test-guest.ts'
import { ipmitoolOk } from '../support/ipmitool.ts'
import { type TestNode, testNodes } from '../support/node.ts'
import { qemuProcesses } from '../support/qemu.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { GuestShell, requireTestGuest } from '../support/test-guest.ts'
import { requireTool } from '../support/tools.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('ipmitool', 'ipmitool'),
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireTool('qemu-img', 'qemu-utils'),
  requireTestGuest(),
]

const MIB = 2 ** 20

/** What docs/images.md says, seen from inside of guests: the test guest's kernel, started directly beside an image's disk. */
describe.skipIf(present.includes(false))('nodes of one image', () => {
  const env = { BMCSIM_RUN_DIR: join(tempFolder(), 'run') }
  const folder = tempFolder()
  const base = join(folder, 'base.qcow2')
  let yaml: string
  let nodes: TestNode[]
  let lab: Lab
  let guests: GuestShell[]
  let hash: string

  /** Powers every node on, and waits until its shell is there. */
  const boot = async () => {
    guests = nodes.map(({ name }) => new GuestShell(lab, name, env))
    for (const node of nodes) await ipmitoolOk(node, 'power', 'on')
    await Promise.all(guests.map((guest) => guest.booted()))
  }

  beforeAll(async () => {
    writeFileSync(join(folder, 'base.raw'), 'what the image holds'.padEnd(MIB, '.'))
    execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', join(folder, 'base.raw'), base])
    hash = sha256(base)
    for (const name of ['cn01', 'cn02']) writeFileSync(join(folder, `${name}.ign`), ignition(name))
    nodes = testNodes([await unusedAddress(), await unusedAddress()])
    const [one, two] = nodes
    const entry = ({ name, host }: TestNode, more: string) =>
      `  ${name}: { bmc: { address: ${host}, port: 623 }, machine: { ${more} } }\n`
    yaml = `images: { old: base.qcow2 }
defaults:
  users: [{ name: admin, password: password }]
  machine:
    kind: qemu
    accel: tcg
    memory: 128M
    nics: []
    image: old
    kernel: ${testGuestFolder()}/vmlinux
    initrd: ${testGuestFolder()}/initrd
    ignition: "{name}.ign"
    append: console=ttyS0,115200 quiet bmcsim.word={name}
nodes:
${entry(one, 'disk: 64M')}${entry(two, '')}`
    lab = await upLab(yaml, { env }, folder)
    await boot()
  })
  afterAll(() => lab?.process.stop('SIGINT'))

  it('boot the kernel that is given, with its command line', async () => {
    for (const [i, guest] of guests.entries()) {
      expect(await guest.ok('cat /proc/cmdline')).toContain(`quiet bmcsim.word=${nodes[i].name}`)
    }
  })

  it('find their Ignition files where Ignition looks', async () => {
    for (const [i, guest] of guests.entries()) {
      const found = await guest.ok('cat /sys/firmware/qemu_fw_cfg/by_name/opt/com.coreos/config/raw')
      expect(found).toBe(ignition(nodes[i].name))
    }
  })

  it('have what the image holds, each as large as is said', async () => {
    for (const guest of guests) expect(await guest.ok('head -c 20 /dev/vda')).toBe('what the image holds')
    const sectors = await Promise.all(guests.map((guest) => guest.ok('cat /sys/block/vda/size')))
    expect(sectors).toEqual([`${(64 * MIB) / 512}\n`, `${MIB / 512}\n`])
  })

  it('have the image open for reading only', () => {
    for (const pid of qemuProcesses(env.BMCSIM_RUN_DIR)) {
      const flags = openFlags(pid, base)
      expect(flags.length).toBeGreaterThan(0)
      // The last octal digit: 0 is O_RDONLY (open(2), proc(5)).
      for (const one of flags) expect(one).toMatch(/0$/)
      expect(openFlags(pid, 'disk.qcow2').some((one) => one.endsWith('2'))).toBe(true)
    }
  })

  it('write to disks of their own, which outlive the lab', async () => {
    const [one, two] = guests
    await one.ok('echo mine | dd of=/dev/vda conv=fsync 2>&1')
    await one.ok('echo end | dd of=/dev/vda bs=1M seek=63 conv=fsync 2>&1')
    expect(await two.ok('head -c 20 /dev/vda')).toBe('what the image holds')
    await lab.process.stop('SIGINT')
    lab = await upLab(yaml, { env }, folder)
    await boot()
    expect(await guests[0].ok('head -n 1 /dev/vda')).toBe('mine\n')
    expect(await guests[0].ok('dd if=/dev/vda bs=1M skip=63 2>/dev/null | head -n 1')).toBe('end\n')
    expect(await guests[1].ok('head -c 20 /dev/vda')).toBe('what the image holds')
    expect(sha256(base)).toBe(hash)
  })
})

describe('a lab file with images that are not there', () => {
  it('is refused whole, before anything is made', async () => {
    const folder = tempFolder()
    const file = join(folder, 'lab.yaml')
    writeFileSync(
      file,
      'images: { a: gone-a.qcow2, b: gone-b.qcow2 }\ndefaults: { users: [{ name: a, password: b }] }\nnodes:\n  one: { machine: { image: a } }\n  two: { machine: { image: b } }\n',
    )
    const { code, stderr } = await bmcsim(['up', file, '--state', join(folder, 'state')])
    expect(code).toBe(2)
    expect(stderr).toContain(`the image a: ${folder}/gone-a.qcow2 cannot be read`)
    expect(stderr).toContain(`the image b: ${folder}/gone-b.qcow2 cannot be read`)
    expect(existsSync(join(folder, 'state'))).toBe(false)
  })
})

function ignition(name: string): string {
  return `${JSON.stringify({ ignition: { version: '3.4.0' }, storage: { files: [{ path: `/etc/${name}` }] } })}\n`
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex')
}

/** The `flags:` of every descriptor that a process has of a file. */
function openFlags(pid: number, file: string): string[] {
  return readdirSync(`/proc/${pid}/fd`)
    .filter((fd) => target(`/proc/${pid}/fd/${fd}`).endsWith(file))
    .map((fd) => /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/${pid}/fdinfo/${fd}`, 'utf8'))?.[1] ?? '')
}

function target(link: string): string {
  try {
    return readlinkSync(link)
  } catch {
    return '' // QEMU closed it while we looked
  }
}
