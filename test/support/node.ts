/** How a client reaches one BMC. Port 623 where nothing is said: several clients know no other. */
export interface NodeAddress {
  readonly host: string
  readonly user: string
  readonly password: string
  readonly port?: number
}

export interface TestNode extends NodeAddress {
  readonly name: string
  /** Its BMC's GUID and its VM's UUID. */
  readonly uuid: string
}

/** cn01, cn02, ... at these addresses, with an administrator. */
export function testNodes(hosts: readonly string[]): TestNode[] {
  return hosts.map((host, index) => ({
    name: `cn${String(index + 1).padStart(2, '0')}`,
    host,
    user: 'admin',
    password: 'password',
    uuid: `6f1d0000-8a3b-4c5d-9e7f-${host
      .split('.')
      .map((part) => Number(part).toString(16).padStart(2, '0'))
      .join('')
      .padStart(12, '0')}`,
  }))
}

/** A lab file with QEMU machines without a disk: their firmware and iPXE talk on the serial port. */
export function qemuLab(nodes: readonly TestNode[]): string {
  const lines = nodes.map(
    ({ name, host, uuid }) => `  ${name}: { bmc: { address: ${host}, port: 623, guid: ${uuid} } }`,
  )
  return `defaults:
  machine: { kind: qemu, accel: tcg, memory: 32M }
  users:
    - { name: admin, password: password, privilege: admin }
    - { name: operator, password: op-secret, privilege: operator }
    - { name: user, password: user-secret, privilege: user }
nodes:
${lines.join('\n')}
`
}
