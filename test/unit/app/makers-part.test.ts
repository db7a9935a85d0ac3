import { expect, test } from 'vitest'
import { makersPart } from '../../../src/app/makers-part.ts'
import { Personalities } from '../../../src/app/personalities.ts'
import { standardCommands } from '../../../src/bmc/command-choice.ts'
import { execute } from '../../../src/commands/execute.ts'
import type { MachineConfig } from '../../../src/config/config.ts'
import { makerBmc } from '../../support/maker-bmc.ts'
import { lanRequester, testSession } from '../../support/test-bmc.ts'

const personalities = new Personalities()
const at = { file: 'lab.yaml', line: 1, column: 1, length: 1 }
const link = { up: true, delayMs: 0, jitterMs: 0, lossPercent: 0, rateBps: null }
const simulated: MachineConfig = { kind: 'simulated', at, startNow: false, nics: [] }

test('a generic BMC has the commands that all share', () => {
  expect(makersPart(personalities.named('generic'), { name: 'cn01', machine: simulated })).toEqual({
    userSlots: 63,
    commands: standardCommands,
    oem: undefined,
  })
})

test('texts are the node’s own, network cards those of its VM', () => {
  const qemu: MachineConfig = {
    kind: 'qemu',
    at,
    startNow: false,
    program: 'qemu-system-x86_64',
    machine: 'pc',
    accelerator: 'tcg',
    memoryMiB: 32,
    cpus: 1,
    disks: [],
    cdrom: undefined,
    usbDrive: false,
    nics: [{ model: 'e1000', mac: '52:54:00:12:34:56', at, plug: { kind: 'netdev', netdev: 'user' }, link }],
    kernel: undefined,
    initrd: undefined,
    append: undefined,
    image: undefined,
    ownDisk: undefined,
    ignition: undefined,
    contents: [],
    cloudInit: undefined,
    firmware: 'bios',
    netboot: 'ipxe',
    bootOrder: [],
    ipmi: 'kcs',
    extraArguments: [],
    poweroffWaitS: 60,
    killWaitS: 20,
    orSimulated: false,
  }
  const idrac = personalities.named('idrac-like')
  const [one, two] = ['cn01', 'cn02'].map((name) => makersPart(idrac, { name, machine: qemu }).oem)
  expect(one?.nics).toEqual([Uint8Array.of(0x52, 0x54, 0x00, 0x12, 0x34, 0x56)])
  if (one?.maker !== 'dell' || two?.maker !== 'dell') throw new Error('both are of dell')
  expect(one.serviceTag).toMatch(/^[0-9A-F]{8}$/)
  expect(one.serviceTag).not.toBe(two.serviceTag)
  const nics = ['cn01', 'cn02'].map((name) => makersPart(idrac, { name, machine: simulated }).oem?.nics)
  expect(nics[0]).toHaveLength(2)
  expect(nics[0]).not.toEqual(nics[1])
})

test('what a personality does not answer is C1h, and Get Command Support says so', async () => {
  const { bmc, raw } = makerBmc('ilo-like')
  expect(await raw('06 08')).toBe('cc C1')
  expect(await raw('06 37')).not.toContain('cc')
  const known = async (name: string) => {
    const { bmc: other } = makerBmc(name)
    const by = lanRequester(testSession(other))
    const { data } = await execute({ bmc: other, by }, 0x06, 0x0a, Uint8Array.of(0x0e, 0x06, 0x00))
    return data
  }
  expect((await known('ilo-like'))[1] & 0x01).toBe(1)
  expect((await known('generic'))[1] & 0x01).toBe(0)
  expect(bmc.users.maximum).toBe(12)
})
