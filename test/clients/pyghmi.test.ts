import { beforeAll, describe, expect, it } from 'vitest'
import type { TestNode } from '../support/node.ts'
import { pyghmi } from '../support/pyghmi.ts'
import { upSimulatedNode } from '../support/simulated-node.ts'
import { requireTool } from '../support/tools.ts'

/** pyghmi 1.5.34, as Ironic, xCAT's successors and scripts use it: every call that a BMC without OEM commands can answer. */
describe.skipIf(!requireTool('pyghmicons', 'python3-pyghmi'))('pyghmi', () => {
  let node: TestNode
  const ask = (script: string) => pyghmi(node, script)

  beforeAll(async () => {
    ;({ node } = await upSimulatedNode())
  })

  it('switches the power and waits for it', async () => {
    const shown = await ask(`
show(bmc.get_power())
show(bmc.set_power('off', wait=True))
show(bmc.set_power('on', wait=True))
show(bmc.set_power('reset'))
show(bmc.get_power())`)
    expect(shown).toEqual([
      { powerstate: 'on' },
      { powerstate: 'off' },
      { powerstate: 'on' },
      { pendingpowerstate: 'reset' },
      { powerstate: 'on' },
    ])
  })

  // pyghmi takes a boot device that is no longer valid for one that is set for ever.
  it('sets the boot device, for ever and by EFI, and takes it back', async () => {
    const shown = await ask(`
show(bmc.get_bootdev())
bmc.set_bootdev('network', persist=True, uefiboot=True)
show(bmc.get_bootdev())
bmc.set_bootdev('setup')
show(bmc.get_bootdev())
bmc.set_bootdev('default')
show(bmc.get_bootdev())`)
    expect(shown).toEqual([
      { bootdev: 'default', persistent: true },
      { bootdev: 'network', persistent: true, uefimode: true },
      { bootdev: 'setup', persistent: false, uefimode: false },
      { bootdev: 'default', persistent: true },
    ])
  })

  it('reads one sensor, and all', async () => {
    const [fan, units] = await ask(`
show(vars(bmc.get_sensor_reading('Fan 1')))
show({one.name: [one.value is not None, one.units] for one in bmc.get_sensor_data()})`)
    expect(fan).toMatchObject({ name: 'Fan 1', type: 'Fan', health: 0, units: 'RPM', unavailable: 0, states: [] })
    expect(units).toMatchObject({
      'CPU1 Temp': [true, '°C'],
      '12V': [true, 'V'],
      'PSU1 Power': [true, 'W'],
    })
  })

  it('reads the log, and clears it', async () => {
    const [events, left, health] = await ask(`
show([[one['component'], one['event'], one['deassertion']] for one in bmc.get_event_log()][:2])
list(bmc.get_event_log(clear=True))
show(len(list(bmc.get_event_log())))
show(bmc.get_health()['health'])`)
    expect(events).toEqual([
      ['Power Unit', 'Power on', true],
      ['System Boot', 'Power up', false],
    ])
    expect({ left, health }).toEqual({ left: 0, health: 0 })
  })

  it('reads the inventory and the firmware', async () => {
    const [names, system, firmware] = await ask(`
show(list(bmc.get_inventory_descriptions()))
show(bmc.get_inventory_of_component('System'))
show(list(bmc.get_firmware()))`)
    expect(names).toEqual(['System', 'Mainboard', 'PSU1', 'PSU2'])
    expect(system).toMatchObject({ 'Chassis type': 'Rack Mount Chassis', 'Asset Number': node.name })
    expect(firmware).toEqual([['BMC Version', { version: expect.stringMatching(/^\d+\.\d+$/) }]])
  })

  it('makes, changes and removes a user, who can log in meanwhile', async () => {
    const [made, access] = await ask(`
show(bmc.create_user(7, 'pyuser', 'pypassw0rd', 1, privilege_level='operator'))
show(bmc.get_user(7, 1))`)
    expect(made).toBe(true)
    expect(access).toMatchObject({ name: 'pyuser', uid: 7, access: { ipmi_msg: true, privilege_level: 'operator' } })

    const newcomer = { ...node, user: 'pyuser', password: 'pypassw0rd' }
    expect(await pyghmi(newcomer, 'show(bmc.get_power())', 3)).toEqual([{ powerstate: 'on' }])

    await ask("bmc.disable_user(7, 'disable')")
    await expect(pyghmi(newcomer, 'show(bmc.get_power())', 3)).rejects.toThrow(/Unauthorized name|Incorrect password/)
    const [users] = await ask(`
bmc.user_delete(7, 1)
show({number: user['access']['privilege_level'] for number, user in bmc.get_users().items()})`)
    expect(users).toEqual({ 2: 'administrator', 3: 'operator', 4: 'user' })
  })

  it('reads the network, the channel and the alert destinations', async () => {
    const [net, channel, access, count, destination] = await ask(`
show(bmc.get_net_configuration())
show(bmc.get_channel_info())
show(bmc.get_channel_access())
show(bmc.get_alert_destination_count())
show(bmc.get_alert_destination(1))`)
    expect(net).toMatchObject({
      ipv4_address: `${node.host}/8`,
      ipv4_configuration: 'Static',
      mac_address: expect.stringMatching(/^([0-9a-f]{2}:){5}[0-9a-f]{2}$/),
    })
    expect(channel).toMatchObject({ 'Actual channel': 1, 'Channel Medium type': '802.3 LAN', session_support: 'multi' })
    expect(access).toMatchObject({ access_mode: 'always', privilege_level: 'administrator' })
    expect(count).toBe(4)
    expect(destination).toMatchObject({ address_format: 'ipv4', address: '0.0.0.0', acknowledge_required: false })
  })

  it('reads DCMI: the asset tag, and the identifier, which it sets', async () => {
    const shown = await ask(`
show(bmc.get_asset_tag().rstrip('\\0'))
bmc.set_mci('named-by-pyghmi')
show(bmc.get_mci().rstrip('\\0'))
show(bmc.get_hostname().rstrip('\\0'))`)
    expect(shown).toEqual(['', 'named-by-pyghmi', 'named-by-pyghmi'])
  })

  it('lights the identify light, asks raw, and is told what is not there', async () => {
    const shown = await ask(`
bmc.set_identify(True, 5)
show((bmc.raw_command(netfn=0, command=1)['data'][2] >> 4) & 3)
bmc.set_identify(False)
show((bmc.raw_command(netfn=0, command=1)['data'][2] >> 4) & 3)
show(bmc.raw_command(netfn=6, command=0x7f)['code'])
show(bmc.get_remote_kvm_available())`)
    expect(shown).toEqual([1, 0, 0xc1, false])
  })

  it('resets the BMC, and finds it there again', async () => {
    await ask('bmc.reset_bmc()')
    expect(await ask('show(bmc.get_power())')).toEqual([{ powerstate: 'on' }])
  })
})
