import { beforeAll, describe, expect, it } from 'vitest'
import { type RedfishLab, upRedfish } from '../support/redfish-lab.ts'
import { requireSushy, sushy as runSushy } from '../support/sushy.ts'

/** python3-sushy as Ironic uses it: a session where it can be had, ETags with every PATCH. */
describe.skipIf(!requireSushy())('sushy', () => {
  let redfish: RedfishLab

  beforeAll(async () => {
    redfish = await upRedfish()
  })

  const sushy = (script: string) => runSushy(redfish.url, script)

  it('finds system, manager and chassis by their links', async () => {
    expect(
      await sushy(`
show(root.get_system_collection().members_identities)
show([manager.path for manager in system.managers])
show([chassis.path for chassis in system.chassis])
show(system.managers[0].manager_type)
show(system.uuid == root.get_chassis('/redfish/v1/Chassis/1').uuid)
`),
    ).toEqual([['/redfish/v1/Systems/1'], ['/redfish/v1/Managers/BMC'], ['/redfish/v1/Chassis/1'], 'BMC', true])
  })

  it('reads temperatures, fans and power supplies of the chassis', async () => {
    expect(
      await sushy(`
chassis = root.get_chassis('/redfish/v1/Chassis/1')
inlet = [one for one in chassis.thermal.temperatures if one.name == 'Inlet Temp'][0]
show([inlet.physical_context, inlet.upper_threshold_critical, inlet.status.health])
show([fan.name for fan in chassis.thermal.fans])
show([[supply.name, supply.model] for supply in chassis.power.power_supplies])
`),
    ).toEqual([
      ['Intake', 47, 'OK'],
      ['Fan 1', 'Fan 2', 'Fan 3', 'Fan 4'],
      [
        ['PSU1', 'Power Supply 800W'],
        ['PSU2', 'Power Supply 800W'],
      ],
    ])
  })

  it('has a session of its own, and ends it', async () => {
    expect(
      await sushy(`
auth = root._auth
show(auth._session_key is not None)
before = root.get_session_service().sessions.members_identities
show(len(before) >= 1)
root._auth.close()
`),
    ).toEqual([true, true])
  })

  it('sets the boot device as Ironic does, with and without the other words', async () => {
    expect(
      await sushy(`
def boot():
    system.refresh(force=True)
    show([system.boot.enabled, system.boot.target, system.boot.mode])
system.set_system_boot_options(target=sushy.BOOT_SOURCE_TARGET_PXE, enabled=sushy.BOOT_SOURCE_ENABLED_ONCE)
boot()
system.set_system_boot_options(target=sushy.BOOT_SOURCE_TARGET_HDD)
boot()
system.set_system_boot_options(enabled=sushy.BOOT_SOURCE_ENABLED_CONTINUOUS, mode=sushy.BOOT_SOURCE_MODE_BIOS)
boot()
`),
    ).toEqual([
      ['Once', 'Pxe', 'UEFI'],
      ['Once', 'Hdd', 'UEFI'],
      ['Continuous', 'Hdd', 'Legacy'],
    ])
  })

  it('powers on, resets and off', async () => {
    expect(
      await sushy(`
for kind in (sushy.RESET_TYPE_ON, sushy.RESET_TYPE_FORCE_RESTART, sushy.RESET_TYPE_FORCE_OFF):
    system.reset_system(kind)
    system.refresh(force=True)
    show(system.power_state)
show(sorted(kind.value for kind in system.get_allowed_reset_system_values())[:2])
`),
    ).toEqual(['On', 'On', 'Off', ['ForceOff', 'ForceOn']])
  })
})
