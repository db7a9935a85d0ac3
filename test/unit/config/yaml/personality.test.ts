import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readLabFile } from '../../../../src/config/yaml/read-lab-file.ts'
import { configFile, configFolder, lab, problemsOf } from '../../../support/config-files.ts'

const USERS = 'defaults:\n  users: [{ name: admin, password: secret }]\n'

describe('the personality of a node', () => {
  it('is the one it names, else that of the defaults, else generic; all nodes of a kind share it', () => {
    const { nodes } = lab(`${USERS}  personality: openbmc\nnodes:\n  n[1-2]:\n  n3: { personality: idrac-like }\n`)
    expect(nodes.map(({ personality }) => personality?.name)).toEqual(['openbmc', 'openbmc', 'idrac-like'])
    expect(nodes[0].personality).toBe(nodes[1].personality)
    expect(lab(`${USERS}nodes:\n  n1:\n`).nodes[0].personality?.name).toBe('generic')
  })

  it('says what the device, its channel, its logins and its users are', () => {
    const [node] = lab(`${USERS}nodes:\n  n1: { personality: ilo-like }\n`).nodes
    expect(node.identity).toMatchObject({
      manufacturerId: 11,
      productId: 0x2000,
      firmwareMajor: 2,
      firmwareMinor: 0x55,
    })
    expect(node.channels).toMatchObject([
      { number: 2, cipherSuites: [1, 2, 3], allowCipherSuite0: false, authTypes: { admin: [], user: [] } },
    ])
  })

  it('gives way to what the node says', () => {
    const entry = 'personality: ilo-like, bmc: { authTypes: [md5], cipherSuite0: true }'
    const [node] = lab(`${USERS}nodes:\n  n1: { ${entry} }\n`).nodes
    expect(node.channels).toMatchObject([{ number: 2, allowCipherSuite0: true, authTypes: { admin: ['md5'] } }])
  })

  it('is what the command line says where no file does', () => {
    const file = configFile('lab.yaml', `${USERS}nodes:\n  n1:\n  n2: { personality: generic }\n`)
    const { nodes } = readLabFile(file, 'openbmc')
    expect(nodes.map(({ personality }) => personality?.name)).toEqual(['openbmc', 'generic'])
  })

  it('may be a folder of the user’s, from the lab file on', () => {
    const folder = join(configFolder, 'mine')
    mkdirSync(folder, { recursive: true })
    const device = '{ id: 1, revision: 0, firmware: "9.99", support: 0x80, manufacturer: 1, product: 2 }'
    writeFileSync(join(folder, 'personality.yaml'), `description: mine\ndevice: ${device}\nusers: 3\n`)
    writeFileSync(join(folder, 'sensors.yaml'), 'sensors: []\n')
    writeFileSync(join(folder, 'fru.yaml'), 'frus: []\n')
    const [node] = lab(`${USERS}nodes:\n  n1: { personality: ./mine }\n`).nodes
    expect(node.personality).toMatchObject({ name: 'mine', users: 3 })
    const users = '[{ name: a, password: x }, { name: b, password: x }, { name: c, password: x }]'
    expect(problemsOf(() => lab(`nodes:\n  n1: { personality: ./mine, users: ${users} }\n`))).toEqual([
      expect.stringMatching(/^2:\d+\S+ such a BMC has room for 2 users with a name; remove some/),
    ])
    writeFileSync(join(folder, 'sensors.yaml'), 'sensors:\n  - { name: x }\n')
    expect(problemsOf(() => lab(`${USERS}nodes:\n  n1: { personality: ./mine }\n`))).toEqual(
      expect.arrayContaining([expect.stringMatching(/^2:\d+\S+ "number" is missing/)]),
    )
  })

  it('that there is none of is an error where it is named', () => {
    expect(problemsOf(() => lab(`${USERS}nodes:\n  n1: { personality: idrac-lik }\n`))).toEqual([
      expect.stringMatching(
        /^4:\d+\+9 there is no personality "idrac-lik"; did you mean "idrac-like".*as a path: \.\/idrac-lik$/,
      ),
    ])
    expect(problemsOf(() => lab(`${USERS}nodes:\n  n1: { personality: ./nothing }\n`))).toEqual(
      expect.arrayContaining([expect.stringMatching(/cannot be read/)]),
    )
  })
})
