import type { BytePort } from '../../base/byte-port.ts'
import type { QemuOptions } from './options.ts'

/**
 * What tells that a key would be heard now, and how often that is seen. SeaBIOS says so in words. OVMF says nothing on a
 * serial line: it sets up its console twice, and the second time drops what was typed before; then it waits (seen with 2022.11).
 */
const prompts: Readonly<Record<QemuOptions['firmware'], { readonly words: string; readonly times: number }>> = {
  bios: { words: 'Press ESC for boot menu', times: 1 },
  uefi: { words: '\x1b[=3h\x1b[2J\x1b[01;01H', times: 2 },
}
const escapeKey = Uint8Array.of(0x1b)

/** Presses Esc when the firmware waits for it, as somebody at a keyboard would. Returns how to give up. */
export function openSetup(port: BytePort, firmware: QemuOptions['firmware']): () => void {
  const { words, times } = prompts[firmware]
  let seen = ''
  let pressed = 0
  const stop = port.onData((bytes) => {
    seen += Buffer.from(bytes).toString('latin1')
    for (let at = seen.indexOf(words); at >= 0 && pressed < times; at = seen.indexOf(words)) {
      seen = seen.slice(at + words.length)
      pressed++
      port.write(escapeKey)
    }
    seen = seen.slice(-words.length)
    if (pressed === times) stop()
  })
  return stop
}
