import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type Lab, upLab } from '../support/bmcsim.ts'
import { efiProgram } from '../support/efi-program.ts'
import { efiVolume } from '../support/efi-volume.ts'
import { requireSushy, sushy as runSushy } from '../support/sushy.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { readable } from '../support/terminal.ts'
import { requireFile, requireTool } from '../support/tools.ts'
import { until } from '../support/until.ts'
import { unusedAddress } from '../support/unused-address.ts'

const present = [
  requireTool('qemu-system-x86_64', 'qemu-system-x86'),
  requireFile('/usr/share/OVMF/OVMF_CODE_4M.fd', 'ovmf'),
  requireSushy(),
]

/** One UEFI machine with two disks; whoever set something over Redfish sees on its console what came of it. */
describe.skipIf(present.includes(false))('a machine that is set up over Redfish', () => {
  let lab: Lab | undefined
  afterEach(async () => {
    await lab?.process.stop('SIGINT')
  })

  it('boots in the order, from the target and with the BIOS settings that it was given', {
    timeout: 900_000,
  }, async () => {
    const folder = tempFolder()
    for (const disk of ['0', '1']) {
      writeFileSync(join(folder, `disk${disk}.img`), efiVolume(efiProgram(`this is disk ${disk}`)))
    }
    const host = await unusedAddress()
    lab = await upLab(
      `nodes:
  cn1:
    users: [{ name: admin, password: password }]
    bmc: { address: ${host}, redfish: { port: 8443 } }
    machine:
      kind: qemu
      accel: tcg
      machine: q35
      firmware: uefi
      memory: 128M
      disks: [disk0.img, disk1.img]
      nics: []
      start: now
`,
      { env: { BMCSIM_RUN_DIR: join(tempFolder(), 'run') } },
      folder,
    )
    const console_ = join(lab.state, 'cn1', 'console.log')
    const text = () => (existsSync(console_) ? readable(readFileSync(console_, 'latin1')) : '')
    let from = 0
    /** What was said since the last start, up to some words. */
    const said = async (words: string) => {
      const now = () => text().slice(from)
      await until(words, () => now().includes(words), 240_000, now)
      const all = now()
      from = text().length
      return all
    }
    const sushy = (script: string) => runSushy(`https://${host}:8443`, script)
    const path = 'PciRoot(0x0)/Pci(0x'

    const first = await said('this is disk 0')
    // As Ironic changes BIOS settings: the registry, a change that waits, a reset, and what became of it.
    const told = await sushy(`
# Debian's package leaves out the registries that sushy brings along: the service's own are used alone.
root._get_standard_message_registry_collection = lambda: []
boot = system.json['Boot']
members = system._conn.get(boot['BootOptions']['@odata.id']).json()['Members']
options = [system._conn.get(member['@odata.id']).json() for member in members]
show([boot['BootOrder'], boot['BootSourceOverrideMode'], system.json['BootProgress']['LastState']])
show({option['Id']: option['UefiDevicePath'] for option in options})
bios = system.bios
registry = bios.get_attribute_registry()
show(sorted(one.name for one in registry.registry_entries.attributes if not one.read_only))
system._conn.patch(system.path, data={'Boot': {'BootOrder': ['disk1']}})
bios.set_attributes({'MemorySize': 160, 'ProcessorCount': 2}, apply_time=sushy.APPLY_TIME_ON_RESET)
bios.refresh(force=True)
show([bios.attributes['MemorySize'], bios.pending_attributes['MemorySize']])
system.reset_system(sushy.RESET_TYPE_FORCE_RESTART)
bios.refresh(force=True)
show([bios.attributes['MemorySize'], bios.attributes['ProcessorCount'], bios.update_status.status])
system.refresh(force=True)
show([system.json['MemorySummary']['TotalSystemMemoryGiB'], system.processors.summary[0]])
`)
    const paths = { disk0: `${path}1,0x0)`, disk1: `${path}2,0x0)`, vcd0: `${path}1F,0x2)/Sata(0x5,0xFFFF,0x0)` }
    expect(told).toEqual([
      [['disk0', 'disk1', 'vcd0'], 'UEFI', 'OSBootStarted'],
      paths,
      ['BootMode', 'MemorySize', 'ProcessorCount', 'SecureBoot', 'SerialRedirection'],
      [128, 160],
      [160, 2, 1],
      [expect.closeTo(160 / 1024, 2), 2],
    ])
    // The names of UEFI are the firmware's own.
    expect(first).toContain(`from ${paths.disk0}`)
    const second = await said('this is disk 1')
    expect(second).toContain(`from ${paths.disk1}`)
    expect(second).not.toContain('this is disk 0')
    expect(readFileSync(join(lab.state, 'cn1', 'qemu.log'), 'utf8')).toMatch(/-m 160M -smp 2/)

    const once = await sushy(`
show(system.json['Boot']['BootOrder'])
system._conn.patch(system.path, data={'Boot': {'BootSourceOverrideEnabled': 'Once', 'BootSourceOverrideTarget': 'UefiTarget',
  'UefiTargetBootSourceOverride': '${paths.disk0}'}})
system.reset_system(sushy.RESET_TYPE_FORCE_RESTART)
system.refresh(force=True)
show(system.boot.enabled)
`)
    expect(once).toEqual([['disk1', 'disk0', 'vcd0'], 'Disabled'])
    expect(await said('this is disk 0')).not.toContain('this is disk 1')

    const back = await sushy(`
system.bios.reset_bios()
system.reset_system(sushy.RESET_TYPE_FORCE_RESTART)
system.bios.refresh(force=True)
show([system.bios.attributes['MemorySize'], system.bios.attributes['ProcessorCount']])
`)
    expect(back).toEqual([[128, 1]])
    expect(await said('this is disk 1')).not.toContain('this is disk 0')

    await sushy(`
system.set_system_boot_options(target=sushy.BOOT_SOURCE_TARGET_HDD, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE, mode=sushy.BOOT_SOURCE_MODE_BIOS)
system.reset_system(sushy.RESET_TYPE_FORCE_RESTART)
`)
    await said('SeaBIOS (version')
  })
})
