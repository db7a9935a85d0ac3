import type { BytePort } from '../../base/byte-port.ts'

const prompt = 'Press ESC for boot menu'
const escapeKey = Uint8Array.of(0x1b)

/** Presses Esc once when SeaBIOS offers its boot menu on `port`, as somebody at a keyboard would. Returns how to give up. */
export function openBootMenu(port: BytePort): () => void {
  let seen = ''
  const stop = port.onData((bytes) => {
    seen = (seen + Buffer.from(bytes).toString('latin1')).slice(-4 * prompt.length)
    if (!seen.includes(prompt)) return
    stop()
    port.write(escapeKey)
  })
  return stop
}
