import { describe, expect, it } from 'vitest'
import { hasIpmiDevice, systemInterface } from '../../../src/app/machines.ts'
import { lab } from '../../support/config-files.ts'

/** A QEMU that is always there. */
function machine(words: string) {
  const users = 'users: [{ name: a, password: b }]'
  return lab(`nodes:\n  n: { machine: { kind: qemu, program: /bin/true, ${words} }, ${users} }\n`).nodes[0].machine
}

describe('the IPMI device of a guest', () => {
  it.each([
    ['kcs', 'kcs'],
    ['pci-kcs', 'kcs'],
    ['bt', 'bt'],
    ['pci-bt', 'bt'],
    ['smbus', 'ssif'],
  ])('%s is %s to IPMI', (ipmi, expected) => {
    expect(systemInterface(machine(`ipmi: ${ipmi}`))).toBe(expected)
    expect(hasIpmiDevice(machine(`ipmi: ${ipmi}`))).toBe(true)
  })

  it('is missing where none is wanted', () => {
    expect(hasIpmiDevice(machine('ipmi: none'))).toBe(false)
  })
})
