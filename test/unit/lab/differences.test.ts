import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLabFile } from '../../../src/config/yaml/read-lab-file.ts'
import { differences, labDigest } from '../../../src/lab/differences.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const folder = tempFolder()

function digestOf(text: string) {
  const file = join(folder, 'lab.yaml')
  writeFileSync(file, text)
  const { nodes, networks, seeds, redfish } = readLabFile(file)
  return labDigest({ nodes: nodes.map((config) => ({ config })), networks, seeds, redfish })
}

const node = (more = '', lan = 'segment') => `networks: { lan: ${lan}, other: segment }
nodes:
  a:
    bmc: { address: 127.0.0.1 }
    users: [{ name: admin, password: password }]
    machine: { kind: qemu, nics: [{ network: lan }] }
${more}`

describe('what differs between two lab files', () => {
  it.each([
    ['    address: 192.0.2.1', 'address'],
    ['    ready: { inband: true }', 'ready'],
    ['    console: "tcp:127.0.0.1:9"', 'console'],
  ])('is told by its key: %s', (more, part) => {
    expect(differences(digestOf(node()), digestOf(node(more)))).toEqual([
      { name: 'a', action: 'change', parts: [part] },
    ])
  })

  it('is no other machine where it is only started at another time', () => {
    const now = digestOf(node().replace('kind: qemu,', 'kind: qemu, start: now,'))
    expect(differences(digestOf(node()), now)).toEqual([{ name: 'a', action: 'change', parts: ['start'] }])
  })

  it('is that of the lab where the Redfish of all nodes is another', () => {
    const more = digestOf(`redfish: { listen: "127.0.0.1:8000" }\n${node()}`)
    expect({ ...more, redfish: '' }).toEqual({ ...digestOf(node()), redfish: '' })
    expect(more.redfish).not.toBe(digestOf(node()).redfish)
  })

  it('is that of the BMC where its Redfish is another', () => {
    const other = digestOf(node().replace('bmc: {', 'bmc: { redfish: { port: 8443 },'))
    expect(differences(digestOf(node()), other)).toEqual([{ name: 'a', action: 'change', parts: ['bmc'] }])
  })

  it('is in the machine where the VM shows it, or hangs on it', () => {
    const guid = node().replace('bmc: {', 'bmc: { guid: 00112233-4455-6677-8899-aabbccddeeff,')
    expect(differences(digestOf(node()), digestOf(guid))).toEqual([
      { name: 'a', action: 'change', parts: ['bmc', 'machine'] },
    ])
    const mtu = digestOf(node('', '{ kind: segment, mtu: 9000 }'))
    expect(differences(digestOf(node()), mtu)).toEqual([{ name: 'a', action: 'change', parts: ['machine'] }])
  })

  it('is in the machine where a file that it starts with was written anew', () => {
    const text = node().replace('kind: qemu,', 'kind: qemu, kernel: vmlinuz, initrd: initrd, ignition: a.ign,')
    const write = (file: string, content: string) => writeFileSync(join(folder, file), content)
    for (const file of ['vmlinuz', 'initrd', 'a.ign']) write(file, 'first')
    let before = digestOf(text)
    for (const file of ['vmlinuz', 'initrd', 'a.ign']) {
      write(file, 'second one')
      const after = digestOf(text)
      expect(differences(before, after), file).toEqual([{ name: 'a', action: 'change', parts: ['machine'] }])
      before = after
    }
    // What is said in an Ignition file is the same again.
    write('a.ign', 'second one')
    expect(differences(before, digestOf(text))).toEqual([{ name: 'a', action: 'leave' }])
    expect(readLabFile(join(folder, 'lab.yaml')).files).toEqual(
      expect.arrayContaining(['lab.yaml', 'vmlinuz', 'initrd', 'a.ign'].map((file) => join(folder, file))),
    )
  })

  it('is nothing of a node where only the links of its segment, or another network, differ', () => {
    const links = digestOf(node('', '{ kind: segment, links: [{ listen: "127.0.0.1:9", peer: "127.0.0.1:10" }] }'))
    const before = digestOf(node())
    expect(differences(before, links)).toEqual([{ name: 'a', action: 'leave' }])
    expect(links.networks).not.toBe(before.networks)
    expect(differences(before, digestOf(node().replace(', other: segment', '')))).toEqual([
      { name: 'a', action: 'leave' },
    ])
  })

  it('is a node that is there twice, once as it is to be made anew', () => {
    const both = digestOf(node())
    expect(differences(both, both, new Set(['a']))).toEqual([{ name: 'a', action: 'replace' }])
    expect(differences(undefined, both, new Set(['a']))).toEqual([{ name: 'a', action: 'start' }])
  })
})
