import { describe, expect, it } from 'vitest'
import { bootables, bootPlan } from '../../../../src/backends/qemu/boot-order.ts'
import { commandLine } from '../../../../src/backends/qemu/command-line.ts'
import type { HostNicOptions } from '../../../../src/backends/qemu/host-nic.ts'
import { runFiles } from '../../../../src/backends/qemu/options.ts'
import type { BootDevice } from '../../../../src/machine/machine.ts'

const plain = {
  name: 'cn01',
  machine: 'pc',
  memoryMiB: 64,
  cpus: 2,
  disks: [] as readonly string[],
  cdrom: undefined as string | undefined,
  nics: [{ model: 'e1000', mac: '52:54:00:00:00:01', netdev: 'user' }],
  kernel: undefined as string | undefined,
  initrd: undefined as string | undefined,
  append: undefined as string | undefined,
  ignition: undefined as string | undefined,
  seed: undefined as string | undefined,
  extraArguments: [] as readonly string[],
  uuid: undefined as string | undefined,
  ipmiSocketPath: undefined as string | undefined,
  hostNic: undefined as HostNicOptions | undefined,
  ipmi: 'kcs' as const,
  poweroffWaitS: 1,
  killWaitS: 1,
} as const

function words(options: Partial<Record<keyof typeof plain, unknown>> = {}, device: BootDevice = 'none'): string {
  const all = { ...plain, ...options } as Parameters<typeof commandLine>[0]
  const plan = bootPlan(bootables(all), all.kernel !== undefined, { device, efi: false, persistent: false })
  return commandLine(all, 'tcg', runFiles('/run/x'), plan).join(' ')
}

describe('the QEMU command line', () => {
  it('is this one for a diskless node', () => {
    expect(words()).toBe(
      [
        '-nodefaults -no-user-config -display none -name guest=cn01 -machine pc,graphics=off -accel tcg,tb-size=32',
        '-cpu max,la57=off -m 64M -smp 2 -S -qmp unix:/run/x/qmp.sock,server=on,wait=off',
        '-chardev socket,id=serial0,path=/run/x/serial.sock,server=on,wait=off,logfile=/run/x/serial.log,logappend=on -device isa-serial,id=com1,chardev=serial0',
        '-netdev user,id=net0 -device e1000,id=nic0,netdev=net0,mac=52:54:00:00:00:01,bootindex=1',
        '-device ide-cd,id=vcd0,bus=ide.1,unit=1,bootindex=2',
      ].join(' '),
    )
  })

  it('puts a hub between a NIC that can be led round and its netdev', () => {
    const nics = [plain.nics[0], { ...plain.nics[0], netdev: 'tap,ifname=t', onHub: true }]
    expect(words({ nics })).toContain(
      '-netdev tap,ifname=t,id=way1 -netdev hubport,hubid=1,id=net1 -netdev hubport,hubid=1,id=plug1,netdev=way1 -device e1000,id=nic1,netdev=net1,',
    )
  })

  it('has a seed behind the disks, which nothing boots from', () => {
    const line = words({ disks: ['a.img'], seed: '/state/cn01/seed.iso' })
    expect(line).toMatch(/bootindex=3 -drive if=none,id=seeddrive0,format=raw,readonly=on,file=\/state\/cn01\/seed.iso/)
    expect(line).toMatch(/-device virtio-blk-pci,id=seed0,drive=seeddrive0$/)
  })

  it('has a card whose other end is the BMC, in a slot of its own and with nothing to boot', () => {
    const hostNic = { mac: '02:00:00:00:00:01', serviceUuid: '', hostName: '', socketPath: '', relay: [] }
    expect(words({ hostNic })).toMatch(
      new RegExp(
        [
          ' -netdev user,id=hostnet0,restrict=on,net=169.254.0.0/24,host=169.254.0.2,dns=169.254.0.3,dhcpstart=169.254.0.18',
          ",guestfwd=tcp:169.254.0.17:443-cmd:/bin/sh '/run/x/host-relay.sh'",
          ' -device e1000,id=hostnic0,netdev=hostnet0,mac=02:00:00:00:00:01,addr=0x1e,romfile=',
          ' -smbios file=/run/x/smbios.bin$',
        ].join(''),
      ),
    )
    const given = bootables({ ...plain, hostNic } as Parameters<typeof bootables>[0])
    expect(given.map(({ id }) => id)).toEqual(['nic0', 'vcd0'])
  })

  it('hands an Ignition file over', () => {
    expect(words({ ignition: '/lab/a,b.ign' })).toContain('-fw_cfg name=opt/com.coreos/config,file=/lab/a,,b.ign')
    expect(words()).not.toContain('fw_cfg')
  })

  it('connects the IPMI device to the in-band door', () => {
    const line = words({ ipmiSocketPath: '/run/x/ipmi.sock', ipmi: 'bt' })
    expect(line).toContain('-chardev socket,id=ipmi0,path=/run/x/ipmi.sock,reconnect=1')
    expect(line).toContain('-device ipmi-bmc-extern,id=bmc0,chardev=ipmi0 -device isa-ipmi-bt,id=ipmi1,bmc=bmc0')
  })

  it.each([
    ['kcs', 'isa-ipmi-kcs'],
    ['bt', 'isa-ipmi-bt'],
    ['pci-kcs', 'pci-ipmi-kcs'],
    ['pci-bt', 'pci-ipmi-bt'],
    ['smbus', 'smbus-ipmi,address=0x10'],
  ])('has the device for %s', (ipmi, device) => {
    expect(words({ ipmiSocketPath: '/s', ipmi })).toContain(`-device ${device},id=ipmi1,bmc=bmc0`)
    expect(words({ ipmi })).not.toContain('ipmi')
  })

  it('puts UEFI in front of the devices', () => {
    const plan = bootPlan([], false, undefined, 'uefi')
    const line = commandLine({ ...plain, logDir: '/log' }, 'tcg', runFiles('/run/x'), plan, {
      code: '/c,d.fd',
      vars: '/v.fd',
    }).join(' ')
    expect(line).toContain('-drive if=pflash,unit=0,format=raw,readonly=on,file=/c,,d.fd')
    expect(line).toContain('-drive if=pflash,unit=1,format=raw,file=/v.fd')
    expect(words()).not.toContain('pflash')
  })

  it('gives the guest its UUID', () => {
    expect(words({ uuid: '12345678-1234-5678-9abc-123456789abc' })).toContain('-uuid 12345678-1234-5678-9abc-1234567')
  })

  it('takes the format of a disk from its name, never from its content', () => {
    const line = words({ disks: ['/a/root.QCOW2', '/a/data.img', '/a/plain'] })
    expect(line).toContain('format=qcow2,file=/a/root.QCOW2')
    expect(line).toContain('format=raw,file=/a/data.img')
    expect(line).toContain('format=raw,file=/a/plain')
  })

  it('doubles commas inside values', () => {
    expect(words({ name: 'a,b', disks: ['/x,y.img'] })).toMatch(/guest=a,,b .*file=\/x,,y\.img/)
  })

  it('orders devices by bootindex alone', () => {
    const line = words({ disks: ['/a.img'], cdrom: '/b.iso' }, 'cdrom')
    expect(line).toContain('id=cd0,drive=medium0,bus=ide.1,unit=0,bootindex=2')
    expect(line).toMatch(/id=nic0,.*bootindex=3/)
    expect(line).toContain('id=disk0,drive=drive0,bootindex=4')
    expect(line).not.toContain('-boot')
  })

  it('tells a virtio card of an MTU that is not the usual one', () => {
    const nic = (model: string, mtu: number) => words({ nics: [{ ...plain.nics[0], model, mtu }] })
    expect(nic('virtio-net-pci', 9000)).toContain('mac=52:54:00:00:00:01,host_mtu=9000,bootindex=1')
    expect(nic('virtio-net-pci', 1500)).not.toContain('host_mtu')
    expect(nic('e1000', 9000)).not.toContain('host_mtu')
  })

  it('asks for the boot menu where setup was chosen', () => {
    expect(words({}, 'bios-setup')).toContain('-boot menu=on,splash-time=')
  })

  it('starts a kernel by itself unless a device was chosen', () => {
    const direct = { kernel: '/k', initrd: '/i', append: 'console=ttyS0 quiet' }
    expect(words(direct)).toContain('-kernel /k -initrd /i -append console=ttyS0 quiet')
    expect(words(direct, 'pxe')).not.toContain('-kernel')
  })

  it('ends with the arguments that the user added', () => {
    expect(words({ extraArguments: ['-device', 'i6300esb'] })).toMatch(/-device i6300esb$/)
  })
})
