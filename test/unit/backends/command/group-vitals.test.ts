import { expect, test } from 'vitest'
import { GroupVitals, shapeOf } from '../../../../src/backends/command/group-vitals.ts'
import { FakeClock } from '../../../support/fake-clock.ts'

const MiB = 2 ** 20

test.each([
  ['-smp 4 -m 512', { cpus: 4, memoryBytes: 512 * MiB }],
  ['-smp cpus=2,sockets=1 -m size=2G,slots=2', { cpus: 2, memoryBytes: 2048 * MiB }],
  ['-m 64m', { cpus: 1, memoryBytes: 64 * MiB }],
  ['-m 64 -m 128M', { cpus: 1, memoryBytes: 128 * MiB }],
  ['-smp', { cpus: 1, memoryBytes: undefined }],
  ['-m 0 -smp 0', { cpus: 1, memoryBytes: undefined }],
  ['-hda disk', { cpus: 1, memoryBytes: undefined }],
])('qemu %s', (words, shape) => {
  expect(shapeOf(['qemu-system-x86_64', ...words.split(' ')])).toEqual(shape)
})

test('a group without a process does nothing that can be seen', () => {
  // Beyond any pid that Linux gives (pid_max is at most 2^22).
  expect(new GroupVitals(2 ** 22 + 1, new FakeClock()).look()).toBeUndefined()
})
