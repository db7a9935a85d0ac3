import { connect, Socket } from 'node:net'

/**
 * A program of its own, which QEMU starts for each connection of a guest to its BMC (`backends/qemu/host-nic.ts`): its standard input is the
 * guest, both ways. It ends with either side, and imports nothing of ours, to be quick.
 */
const [path] = process.argv.slice(2)
const guest = new Socket({ fd: 0, readable: true, writable: true })
const bmc = connect(path)
for (const [one, other] of [
  [guest, bmc],
  [bmc, guest],
]) {
  one.pipe(other)
  one.once('error', () => other.destroy())
  one.once('close', () => other.destroy())
}
