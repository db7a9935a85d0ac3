import { fromHex } from '../../src/base/bytes.ts'

/**
 * One well-formed request for every command, by NetFn and number, with the size of a successful answer's data. Requests
 * are those of ipmitool 1.8.19 and FreeIPMI 1.6.10 where they send the command, else written from its table in IPMI 2.0.
 */
export interface GoldenRequest {
  readonly netFn: number
  readonly cmd: number
  readonly data: Uint8Array
  /** Undefined: the answer's size depends on the request. */
  readonly answerSize: number | undefined
}

const name16 = '61 62 63 00 00 00 00 00 00 00 00 00 00 00 00 00'
const key20 = '00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13'

const rows: readonly (readonly [string, string, number | undefined])[] = [
  ['00/00', '', 6],
  ['00/01', '', 4],
  ['00/02', '01', 0],
  ['00/04', '0f 00', 0],
  ['00/05', '00 20 20 20 20', 0],
  ['00/06', '01', 1],
  ['00/07', '', 2],
  ['00/08', '05 80 04 00 00 00', 0],
  ['00/09', '05 00 00', 7],
  ['00/0a', '00', 0],
  ['00/0b', '05', 0],
  ['00/0f', '', 5],
  ['06/01', '', 11],
  ['06/02', '', 0],
  ['06/03', '', 0],
  ['06/04', '', 2],
  ['06/05', '', 0],
  ['06/06', '80 80', 0],
  ['06/07', '', 2],
  ['06/08', '', 16],
  ['06/22', '', 0],
  ['06/24', '04 01 00 10 2c 01', 0],
  ['06/25', '', 8],
  ['06/2e', '08', 0],
  ['06/2f', '', 1],
  ['06/30', 'ff', 0],
  ['06/31', '', 1],
  ['06/32', '01 01', 2],
  ['06/33', '', undefined],
  ['06/34', '4f 81 18 67 20 04 01 db', 0],
  ['06/35', '', 16],
  ['06/36', '', 5],
  ['06/37', '', 16],
  ['06/38', '8e 04', 8],
  ['06/39', `02 ${name16}`, 20],
  ['06/3a', `02 04 ${name16} 01 00 00 00`, 10],
  ['06/3b', '04', 1],
  ['06/3c', '00 00 00 00 01', 0],
  ['06/3d', '00', undefined],
  ['06/40', '01 82 84', 0],
  ['06/41', '01 40', 2],
  ['06/42', '0e', 9],
  ['06/43', '91 03 04', 0],
  ['06/44', '01 02', 4],
  ['06/45', `05 ${name16}`, 0],
  ['06/46', '02', 16],
  ['06/47', `05 02 ${name16}`, 0],
  ['06/48', '01 01 c0 00 00 00', 12],
  ['06/49', '01 01 00 00 00 00', 0],
  ['06/4a', '01', 3],
  ['06/4b', '01 01', 12],
  ['06/4c', '01 02 02 00 00 00', 0],
  ['06/4d', '01 02', 4],
  ['06/4e', '0e', 8],
  ['06/4f', '0e 00', 1],
  ['06/50', '0e 20 57 01 00 01 00', 7],
  ['06/52', '01 a0 08 00', 8],
  ['06/54', '0e 00 80', 17],
  ['06/55', '01 01 01', 0],
  ['06/56', `01 01 01 ${key20}`, 0],
  ['06/57', '01', 3],
  ['06/58', `02 00 ${name16}`, 0],
  ['06/59', '00 02 00 00', 18],
  ['0c/01', '01 03 0a 09 08 07', 0],
  ['0c/02', '01 03 00 00', 5],
  ['0c/03', '01 03', 1],
  ['0c/04', '01 00', 18],
  ['0c/21', '01 01 01', 0],
  ['0c/22', '01 01 00 00', 2],
]

export const goldenRequests: readonly GoldenRequest[] = rows.map(([numbers, data, answerSize]) => {
  const [netFn, cmd] = fromHex(numbers.replace('/', ' '))
  return { netFn, cmd, data: fromHex(data), answerSize }
})
