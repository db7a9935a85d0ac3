import { describe, expect, it } from 'vitest'
import { cdDrive, usbDrive } from '../../../../src/machine/media.ts'
import { FakeMachine } from '../../../support/fake-machine.ts'
import { at, messageArgs, messageKeys, testRedfish } from '../../../support/redfish.ts'

const SYSTEM = '/redfish/v1/Systems/1'
const DISK = 'PciRoot(0x0)/Pci(0x4,0x0)'

function booting() {
  const around = testRedfish()
  const { ask, get, machine } = around
  return {
    ...around,
    patch: (body: unknown) => ask('PATCH', SYSTEM, { body }),
    patchBoot: (Boot: unknown) => ask('PATCH', SYSTEM, { body: { Boot } }),
    boot: async () => (await get(SYSTEM)).body.Boot as Record<string, unknown>,
    reset: (ResetType: string) => ask('POST', `${SYSTEM}/Actions/ComputerSystem.Reset`, { body: { ResetType } }),
    given: () => machine.asked.at(-1)?.options,
  }
}

describe('the identify light', () => {
  it.each(['Lit', 'Blinking', 'Off'])(
    'that was made %s is so at system and chassis, and IPMI has it lit',
    async (led) => {
      const { patch, get, bmc } = booting()
      expect((await patch({ IndicatorLED: led })).body.IndicatorLED).toBe(led)
      expect((await get('/redfish/v1/Chassis/1')).body).toMatchObject({
        IndicatorLED: led,
        LocationIndicatorActive: led !== 'Off',
      })
      expect(bmc.identify.state).toBe(led === 'Off' ? 'off' : 'indefinite')
      bmc.identify.light(15, false)
      expect((await get(SYSTEM)).body.IndicatorLED).toBe('Blinking')
    },
  )
})

describe('boot options', () => {
  it('are the devices of the machine, in the order that BootOrder says', async () => {
    const { get, boot, patchBoot, reset, given } = booting()
    expect(await boot()).toMatchObject({
      BootOptions: { '@odata.id': `${SYSTEM}/BootOptions` },
      BootOrder: ['nic0', 'nic1', 'disk0', 'cd0'],
    })
    const { body } = await get(`${SYSTEM}/BootOptions/disk0`)
    expect(body).toMatchObject({
      BootOptionReference: 'disk0',
      Alias: 'Hdd',
      UefiDevicePath: DISK,
      RelatedItem: [{ '@odata.id': `${SYSTEM}/Storage/1/Drives/disk0` }],
    })
    expect((await get(String(at(body, 'RelatedItem', 0, '@odata.id')))).status).toBe(200)
    expect((await get(`${SYSTEM}/BootOptions/nic1`)).body).toMatchObject({
      DisplayName: 'Network, 52:54:00:00:00:0B',
      RelatedItem: [{ '@odata.id': `${SYSTEM}/EthernetInterfaces/NIC2` }],
    })

    expect((await patchBoot({ BootOrder: ['disk0', 'nic1'] })).status).toBe(200)
    const wanted = ['disk0', 'nic1', 'nic0', 'cd0']
    expect((await boot()).BootOrder).toEqual(wanted)
    const { Members } = (await get(`${SYSTEM}/BootOptions`)).body
    expect(at(Members, 0, '@odata.id')).toBe(`${SYSTEM}/BootOptions/disk0`)
    await reset('On')
    expect(given()).toMatchObject({ order: wanted })
  })

  it('take an order of theirs alone, each once, and go back to the machine’s own', async () => {
    const { ask, boot, patchBoot } = booting()
    const unknown = await patchBoot({ BootOrder: ['disk0', 'floppy0'] })
    expect([unknown.status, messageArgs(unknown)]).toEqual([400, [['floppy0', 'BootOrder']]])
    const twice = await patchBoot({ BootOrder: ['disk0', 'disk0'] })
    expect([twice.status, messageKeys(twice), messageArgs(twice)]).toEqual([
      400,
      ['PropertyValueError'],
      [['BootOrder']],
    ])
    await patchBoot({ BootOrder: ['cd0'] })
    expect((await ask('POST', `${SYSTEM}/Actions/ComputerSystem.SetDefaultBootOrder`)).status).toBe(200)
    expect((await boot()).BootOrder).toEqual(['nic0', 'nic1', 'disk0', 'cd0'])
  })

  it('cannot be UefiHttp without UEFI', async () => {
    const { boot, patchBoot } = booting()
    const before = await boot()
    const answer = await patchBoot({ BootSourceOverrideTarget: 'UefiHttp', BootSourceOverrideMode: 'Legacy' })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['PropertyValueConflict']])
    expect(await boot()).toEqual(before)
  })

  it('have Usb among their targets where there is a drive for sticks, and refuse it where there is none', async () => {
    const targets = 'BootSourceOverrideTarget@Redfish.AllowableValues'
    const plain = booting()
    expect((await plain.boot())[targets]).not.toContain('Usb')
    expect((await plain.patchBoot({ BootSourceOverrideTarget: 'Usb' })).status).toBe(400)

    const { ask, get, machine } = testRedfish({ machine: new FakeMachine([cdDrive, usbDrive]) })
    machine.bootDevices = [
      { id: 'disk0', kind: 'disk' },
      { id: 'vusb0', kind: 'usb' },
    ]
    const body = { Boot: { BootSourceOverrideTarget: 'Usb', BootSourceOverrideEnabled: 'Once' } }
    expect((await ask('PATCH', SYSTEM, { body })).status).toBe(200)
    expect((await get(SYSTEM)).body.Boot).toMatchObject({ ...body.Boot, [targets]: expect.arrayContaining(['Usb']) })
    expect((await get(`${SYSTEM}/BootOptions/vusb0`)).body).toMatchObject({ Alias: 'Usb' })
    await ask('POST', `${SYSTEM}/Actions/ComputerSystem.Reset`, { body: { ResetType: 'On' } })
    expect(machine.asked.at(-1)?.options?.boot).toMatchObject({ device: 'usb', persistent: false })
  })

  it('are the targets of UefiTarget, by their paths', async () => {
    const { boot, patchBoot, reset, given } = booting()
    const wrong = await patchBoot({ UefiTargetBootSourceOverride: 'PciRoot(0x9)' })
    expect([wrong.status, messageArgs(wrong)]).toEqual([400, [['PciRoot(0x9)', 'UefiTargetBootSourceOverride']]])
    const { status } = await patchBoot({
      BootSourceOverrideEnabled: 'Once',
      BootSourceOverrideTarget: 'UefiTarget',
      UefiTargetBootSourceOverride: DISK,
    })
    expect([status, await boot()]).toEqual([
      200,
      expect.objectContaining({
        BootSourceOverrideEnabled: 'Once',
        BootSourceOverrideTarget: 'UefiTarget',
        BootSourceOverrideMode: 'UEFI',
        UefiTargetBootSourceOverride: DISK,
      }),
    ])
    await reset('On')
    expect(given()?.boot).toMatchObject({ device: 'uefi-target', target: 'disk0', persistent: false })
    expect((await boot()).BootSourceOverrideEnabled).toBe('Disabled')
    await patchBoot({ UefiTargetBootSourceOverride: null })
    expect((await boot()).UefiTargetBootSourceOverride).toBeNull()
  })

  it('are sent back whole by clients that read before they write', async () => {
    const { boot, patchBoot } = booting()
    const whole = { ...(await boot()), BootSourceOverrideEnabled: 'Once', BootSourceOverrideTarget: 'Cd' }
    const answer = await patchBoot({ ...whole, UefiTargetBootSourceOverride: '' })
    expect([answer.status, messageKeys(answer)]).toEqual([200, []])
    expect(await boot()).toMatchObject({ BootSourceOverrideTarget: 'Cd', BootSourceOverrideEnabled: 'Once' })
  })

  it('start in the mode of the machine where nobody has chosen one', async () => {
    const { boot, patchBoot, bmc } = booting()
    expect((await boot()).BootSourceOverrideMode).toBe('UEFI')
    await patchBoot({ BootSourceOverrideTarget: 'Pxe', BootSourceOverrideEnabled: 'Once' })
    expect(bmc.boot.override).toEqual({ enabled: 'once', device: 'pxe', efi: true })
    await patchBoot({ BootSourceOverrideMode: 'Legacy' })
    expect((await boot()).BootSourceOverrideMode).toBe('Legacy')
  })

  it('show the mode of the machine again where an override of IPMI is used up, and where its BIOS was set to the other', async () => {
    const { ask, boot, reset, bmc } = booting()
    bmc.boot.set(5, false, Uint8Array.of(0x80, 0x04, 0, 0, 0))
    expect(await boot()).toMatchObject({ BootSourceOverrideEnabled: 'Once', BootSourceOverrideMode: 'Legacy' })
    await reset('On')
    expect(await boot()).toMatchObject({ BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideMode: 'UEFI' })
    await ask('PATCH', `${SYSTEM}/Bios/Settings`, { body: { Attributes: { BootMode: 'Legacy' } } })
    await reset('ForceRestart')
    expect(await boot()).toMatchObject({ BootSourceOverrideEnabled: 'Disabled', BootSourceOverrideMode: 'Legacy' })
  })

  it('start in another mode where one was chosen, for that start', async () => {
    const { patchBoot, reset, given, bmc, machine } = booting()
    await patchBoot({
      BootSourceOverrideMode: 'Legacy',
      BootSourceOverrideTarget: 'Hdd',
      BootSourceOverrideEnabled: 'Once',
    })
    await reset('On')
    expect(given()).toMatchObject({ boot: { device: 'disk', mode: 'bios' }, settings: { bootMode: 'bios' } })
    expect(bmc.biosSettings.current?.bootMode).toBe('uefi')
    await reset('ForceRestart')
    expect(given()).toEqual({ boot: undefined })
    // What IPMI writes is a hint about EFI, no order.
    bmc.boot.set(5, false, Uint8Array.of(0x80, 0x08, 0, 0, 0))
    await reset('ForceRestart')
    expect(given()).toEqual({ boot: { device: 'disk', efi: false, persistent: false } })
    machine.settings = machine.settings && {
      ...machine.settings,
      initial: { ...machine.settings.initial, bootMode: 'bios' },
      noUefi: 'no OVMF',
    }
    const answer = await patchBoot({ BootSourceOverrideMode: 'UEFI' })
    expect([answer.status, messageKeys(answer)]).toEqual([400, ['PropertyValueNotInList']])
  })

  it('are none of a machine that tells of none', async () => {
    const { get, machine, boot } = booting()
    machine.bootDevices = undefined
    expect(Object.keys(await boot())).not.toContain('BootOrder')
    expect((await get(`${SYSTEM}/BootOptions`)).body.Members).toEqual([])
    expect(at((await get(SYSTEM)).body, 'Actions', '#ComputerSystem.SetDefaultBootOrder')).toBeUndefined()
  })
})

describe('how far a machine is', () => {
  it('is told as far as the BMC has heard of it', async () => {
    const { get, bmc, clock, reset, machine } = booting()
    const told = async () => (await get(SYSTEM)).body
    expect(await told()).not.toHaveProperty('BootProgress')
    expect(await told()).not.toHaveProperty('LastResetTime')
    await reset('On')
    const started = (await told()).LastResetTime
    expect([started, (await told()).LastResetCause]).toEqual([expect.any(String), 'ManagementCommand'])
    bmc.bootProgress.reached('start')
    clock.advance(4_000)
    bmc.bootProgress.reached('boot')
    expect((await told()).BootProgress).toMatchObject({ LastState: 'OSBootStarted' })
    clock.advance(8_500)
    bmc.bootProgress.reached('ready')
    expect((await told()).BootProgress).toMatchObject({ LastState: 'OSRunning', LastBootTimeSeconds: 12.5 })
    machine.wasReset()
    const { LastResetTime, LastResetCause } = await told()
    expect(LastResetCause).toBe('OSSoftRestart')
    expect(Date.parse(String(LastResetTime)) - Date.parse(String(started))).toBe(12_000)
  })
})

describe('GracefulRestart', () => {
  it('asks the guest, and starts it again when it has gone off', async () => {
    const { reset, machine, clock } = booting()
    await reset('On')
    const answered = reset('GracefulRestart')
    await expect.poll(() => machine.verbs).toEqual(['powerOn', 'softOff'])
    clock.advance(2_000)
    expect((await answered).status).toBe(200)
    machine.becomes('off', 'guest')
    await expect.poll(() => machine.verbs).toEqual(['powerOn', 'softOff', 'powerOn'])
    expect(clock.waiting).toBe(0)
  })

  it.each(['GracefulShutdown', 'ForceOff', 'ForceRestart'])('is called off by %s', async (type) => {
    const { reset, machine, clock, bmc } = booting()
    await reset('On')
    const answered = reset('GracefulRestart')
    await expect.poll(() => machine.verbs).toContain('softOff')
    await reset(type)
    machine.becomes('off', 'guest')
    await answered
    await bmc.power.control('power down', 'test')
    expect(machine.verbs.filter((verb) => verb === 'powerOn')).toHaveLength(1)
    // How long the request that was called off would have waited for its answer.
    clock.advance(2_000)
    expect(clock.waiting).toBe(0)
  })

  it('is forgotten by a guest that does not listen for ten minutes', async () => {
    const { reset, machine, clock, bmc } = booting()
    await reset('On')
    const answered = reset('GracefulRestart')
    await expect.poll(() => machine.verbs).toContain('softOff')
    clock.advance(600_000)
    await answered
    machine.becomes('off', 'guest')
    await bmc.power.control('power down', 'test')
    expect(machine.verbs).toEqual(['powerOn', 'softOff', 'powerOff'])
  })

  it('wants a machine that is on', async () => {
    const answer = await booting().reset('GracefulRestart')
    expect([answer.status, messageKeys(answer)]).toEqual([409, ['ChassisPowerStateOnRequired']])
  })
})

describe('the host watchdog timer', () => {
  it('is the watchdog of IPMI', async () => {
    const { get, bmc, patch } = booting()
    const told = async () => (await get(SYSTEM)).body.HostWatchdogTimer
    const standby = { FunctionEnabled: true, Status: { State: 'StandbyOffline' } }
    expect(await told()).toMatchObject({ ...standby, TimeoutAction: 'None', WarningAction: 'None' })
    const settings = { use: 'OS load', dontLog: false, preTimeoutS: 2, countdown: 100 } as const
    bmc.watchdog.set({ ...settings, action: 'power cycle', interrupt: 'messaging' }, false, [])
    bmc.watchdog.restart()
    expect(await told()).toMatchObject({
      TimeoutAction: 'PowerCycle',
      WarningAction: 'MessagingInterrupt',
      Status: { State: 'Enabled' },
    })
    await patch({ HostWatchdogTimer: { TimeoutAction: 'ResetSystem', WarningAction: 'DiagnosticInterrupt' } })
    expect(bmc.watchdog.settings).toEqual({ ...settings, action: 'hard reset', interrupt: 'nmi' })
    expect(bmc.watchdog.running).toBe(true)
  })

  it('does what was chosen last, and nothing where it was switched off', async () => {
    const { get, bmc, patch, reset, machine, clock } = booting()
    await reset('On')
    await patch({ HostWatchdogTimer: { TimeoutAction: 'PowerDown' } })
    bmc.watchdog.restart()
    await patch({ HostWatchdogTimer: { FunctionEnabled: false } })
    expect([bmc.watchdog.running, clock.waiting]).toEqual([false, 0])
    expect(() => bmc.watchdog.restart()).toThrow(expect.objectContaining({ reason: 'wrong-state' }))
    expect(at((await get(SYSTEM)).body, 'HostWatchdogTimer', 'Status', 'State')).toBe('Disabled')
    await patch({ HostWatchdogTimer: { FunctionEnabled: true } })
    bmc.watchdog.restart()
    clock.advance(300_000)
    await expect.poll(() => machine.verbs).toEqual(['powerOn', 'powerOff'])
  })

  it('keeps what was chosen, also over a reset of the BMC', async () => {
    const { bmc, patch } = booting()
    await patch({ HostWatchdogTimer: { TimeoutAction: 'PowerCycle' } })
    const settings = { use: 'SMS/OS', dontLog: true, action: 'none', interrupt: 'none', preTimeoutS: 0 } as const
    bmc.watchdog.set({ ...settings, countdown: 7 }, false, [])
    expect(bmc.watchdog.settings).toMatchObject({ action: 'none', countdown: 7 })
    bmc.reset('cold')
    expect(bmc.watchdog.settings).toMatchObject({ action: 'power cycle', countdown: 3000 })
  })

  it('takes no warning that the machine cannot be given, and no null', async () => {
    const { machine, patch, get } = booting()
    machine.abilities = { ...machine.abilities, nmi: false }
    const nmi = await patch({ HostWatchdogTimer: { WarningAction: 'DiagnosticInterrupt' } })
    expect([nmi.status, messageKeys(nmi)]).toEqual([400, ['PropertyValueNotInList']])
    const nothing = await patch({ HostWatchdogTimer: { FunctionEnabled: null }, LocationIndicatorActive: null })
    expect([nothing.status, messageKeys(nothing)]).toEqual([400, ['PropertyValueTypeError', 'PropertyValueTypeError']])
    expect((await get(SYSTEM)).body.LocationIndicatorActive).toBe(false)
  })
})

describe('what else of a system can be set', () => {
  it('the delay of a power cycle, which is IPMI’s power cycle interval', async () => {
    const { bmc, patch, get } = booting()
    await patch({ PowerCycleDelaySeconds: 3 })
    expect([bmc.power.cycleInterval, (await get(SYSTEM)).body.PowerCycleDelaySeconds]).toEqual([3, 3])
    const long = await patch({ PowerCycleDelaySeconds: 256 })
    expect([long.status, messageKeys(long)]).toEqual([400, ['PropertyValueOutOfRange']])
  })

  it('whether SOL may be activated', async () => {
    const { bmc, patch, get } = booting()
    const enabled = async () => at((await get(SYSTEM)).body, 'SerialConsole', 'IPMI', 'ServiceEnabled')
    if (!bmc.sol.supported) {
      const answer = await patch({ SerialConsole: { IPMI: { ServiceEnabled: true } } })
      expect([await enabled(), answer.status]).toEqual([false, 400])
    }
    const { ask } = testRedfish({ openConsole: () => ({}) as never })
    const body = { SerialConsole: { IPMI: { ServiceEnabled: false } } }
    const { body: now } = await ask('PATCH', SYSTEM, { body })
    expect(at(now, 'SerialConsole', 'IPMI', 'ServiceEnabled')).toBe(false)
  })
})
