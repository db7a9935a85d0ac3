import { describe, expect, test } from 'vitest'
import { fromHex, hex } from '../../../src/base/bytes.ts'
import {
  encodeVmControl,
  encodeVmMessage,
  VmControl,
  VmDecoder,
  type VmFrame,
  vmCapabilities,
  vmFrameLimit,
} from '../../../src/ipmi/vm-codec.ts'

const none = { length: 0, checksum: 0, escape: 0 }

function decode(text: string): { frames: VmFrame[]; dropped: object } {
  const decoder = new VmDecoder()
  return { frames: decoder.push(fromHex(text)), dropped: decoder.dropped }
}

// Bytes between QEMU 7.2's ipmi-bmc-extern and a BMC, guest on isa-ipmi-kcs.
const messages = [
  {
    name: 'Get Device ID request',
    wire: '00 18 01 e7 a0',
    message: { seq: 0, netFn: 6, lun: 0, cmd: 1, data: '' },
  },
  {
    name: 'a response with every reserved byte in it',
    wire: '00 1c 01 00 20 81 02 15 02 9f aa b0 aa b1 aa ba 02 0f 8e a0',
    message: { seq: 0, netFn: 7, lun: 0, cmd: 1, data: '00 20 81 02 15 02 9f a0 a1 aa 02 0f' },
  },
  {
    name: 'a request with every reserved byte in it',
    wire: '01 18 34 aa b0 aa b1 aa ba 01 c7 a0',
    message: { seq: 1, netFn: 6, lun: 0, cmd: 0x34, data: 'a0 a1 aa 01' },
  },
  {
    name: 'a reserved byte as checksum, another LUN',
    wire: '43 1b 01 aa b1 a0',
    message: { seq: 0x43, netFn: 6, lun: 3, cmd: 1, data: '' },
  },
]

describe.each(messages)('$name', ({ wire, message }) => {
  const plain = { ...message, data: fromHex(message.data) }

  test('is read', () => {
    expect(decode(wire)).toEqual({ frames: [{ kind: 'message', ...plain }], dropped: none })
  })

  test('is written', () => {
    expect(hex(encodeVmMessage(plain))).toBe(wire)
  })
})

describe('control commands', () => {
  test('the greeting of QEMU 7.2', () => {
    const { frames } = decode('ff 01 a1 08 3f a1')
    expect(frames).toEqual([
      { kind: 'control', command: VmControl.version, data: Uint8Array.of(1) },
      { kind: 'control', command: VmControl.capabilities, data: Uint8Array.of(0x3f) },
    ])
    expect(vmCapabilities.decode(frames[1].kind === 'control' ? frames[1].data : Uint8Array.of())).toEqual({
      power: true,
      reset: true,
      irq: true,
      nmi: true,
      attention: true,
      gracefulShutdown: true,
    })
  })

  test.each([
    [0x01, 'power'],
    [0x02, 'reset'],
    [0x04, 'irq'],
    [0x08, 'nmi'],
    [0x10, 'attention'],
    [0x20, 'gracefulShutdown'],
  ])('capability bit %i is %s', (bit, name) => {
    const named = Object.entries(vmCapabilities.decode(Uint8Array.of(bit))).filter(([, able]) => able)
    expect(named).toEqual([[name, true]])
  })

  test('are written, escaped where they must be', () => {
    expect(hex(encodeVmControl(VmControl.version, 1))).toBe('ff 01 a1')
    expect(hex(encodeVmControl(VmControl.powerOff))).toBe('03 a1')
    expect(hex(encodeVmControl(0xa1, 0xaa))).toBe('aa b1 aa ba a1')
  })
})

describe('resynchronisation: the good frame behind a bad one is read', () => {
  const good = '05 18 01 e2 a0'
  const read = [{ kind: 'message', seq: 5, netFn: 6, lun: 0, cmd: 1, data: fromHex('') }]

  test.each([
    ['a wrong sum', '00 18 01 e8 a0', { ...none, checksum: 1 }],
    ['too short', '00 18 e8 a0', { ...none, length: 1 }],
    ['too long', `${'00'.repeat(vmFrameLimit + 1)} a0`, { ...none, length: 1 }],
    ['a hundred thousand bytes without an end', `${'42'.repeat(100_000)} a1`, { ...none, length: 1 }],
    ['an escape before the end', '00 18 01 e7 aa a0', { ...none, escape: 1 }],
    ['an escape of an escape', '00 aa aa b0 01 a0', { ...none, escape: 1 }],
    ['an escape alone', 'aa a1', { ...none, escape: 1 }],
    ['empty frames, which are nothing', 'a0 a1 a1', none],
  ])('%s', (_name, bad, dropped) => {
    expect(decode(`${bad} ${good}`)).toEqual({ frames: read, dropped })
  })

  test('a frame as long as may be is read', () => {
    expect(decode(`${'00'.repeat(vmFrameLimit)} a0`).frames).toHaveLength(1)
  })
})
