import { DecodeError } from '../../base/bytes.ts'
import { BmcError } from '../../base/errors.ts'
import type { Bmc } from '../../bmc/bmc.ts'

/** The display on the front: what it shows, a text of the user's, and whether its buttons are locked. */

const LONGEST_TEXT = 62
const FIRST_BLOCK_TEXT = 14
const BLOCK = 16
/** The longest text in whole blocks: 14 bytes, and three of 16. */
const TEXT_SIZE = FIRST_BLOCK_TEXT + 3 * BLOCK

/** What was set of it: length, then the text. */
function keptText({ oem }: Bmc): Uint8Array {
  return oem.get('dell.lcd.text', new Array<number>(1 + TEXT_SIZE).fill(0))
}

export function lcdText(bmc: Bmc): Uint8Array {
  const kept = keptText(bmc)
  return kept.subarray(1, 1 + kept[0])
}

/** Block 0 has encoding, length and 14 characters; blocks 1 to 3 have 16. What a client sends beyond the length is nothing. */
export function setLcdText(bmc: Bmc, data: Uint8Array): void {
  if (data.length < 2 || data.length > 1 + BLOCK) throw new DecodeError('length', 'a block number and 16 bytes')
  const [block, encoding, length] = data
  const text = keptText(bmc).slice()
  if (block === 0) {
    if (data.length < 3) throw new DecodeError('length', 'encoding and length of the text')
    if ((encoding & 0x0f) !== 0) throw new BmcError('invalid-field', 'the display shows ASCII')
    if (length > LONGEST_TEXT) throw new BmcError('out-of-range', `the display has room for ${LONGEST_TEXT} characters`)
    text.fill(0)
    text[0] = length
    text.set(data.subarray(3), 1)
  } else {
    if (block > 3) throw new BmcError('out-of-range', 'a text has blocks 0 to 3')
    text.set(data.subarray(1), 1 + FIRST_BLOCK_TEXT + (block - 1) * BLOCK)
  }
  bmc.oem.set('dell.lcd.text', text)
}

/** Mode, a bit each; 1 is the model's name. Qualifier; what it is able to show; how errors are shown (1: as in the SEL). */
const CONFIGURATION_SIZE = 12
const QUALIFIER = 4
const CAPABILITIES = 6
const ERRORS = 10
const MODEL_NAME = 1
/** All but the IPv6 address: bit by bit as in the mode. */
const CAN_SHOW = [0xbf, 0x03]

export function lcdConfiguration({ oem }: Bmc): Uint8Array {
  const configuration = oem.get('dell.lcd.configuration', [MODEL_NAME, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0])
  configuration.set(CAN_SHOW, CAPABILITIES)
  return configuration
}

/** In full, or, as older clients have it, the mode alone in a byte. */
export function setLcdConfiguration(bmc: Bmc, data: Uint8Array): void {
  if (data.length !== CONFIGURATION_SIZE && data.length !== 1) throw new DecodeError('length', 'one byte, or 12')
  const configuration = lcdConfiguration(bmc)
  configuration.fill(0, 0, QUALIFIER)
  configuration.set(data.subarray(0, QUALIFIER), 0)
  if (data.length === CONFIGURATION_SIZE) {
    configuration[QUALIFIER] = data[QUALIFIER]
    configuration[ERRORS] = data[ERRORS]
  }
  bmc.oem.set('dell.lcd.configuration', configuration)
}

/** Whether its virtual console light is on, and the lock: 0 view and change, 1 view, 2 neither. */
export function lcdStatus({ oem }: Bmc): Uint8Array {
  return Uint8Array.of(...oem.get('dell.lcd.status', [0, 0]), 0, 0)
}

export function setLcdStatus(bmc: Bmc, data: Uint8Array): void {
  if (data.length !== 4) throw new DecodeError('length', `four bytes wanted, ${data.length} given`)
  const [console, lock] = data
  if (console > 1 || lock > 2) throw new BmcError('invalid-field', `console ${console}, lock ${lock}`)
  bmc.oem.set('dell.lcd.status', Uint8Array.of(console, lock))
}
