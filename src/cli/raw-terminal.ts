/** A terminal in raw mode, given back as it was whatever way the process ends. Not a terminal: nothing happens. */
export function rawTerminal(stdin: NodeJS.ReadStream): { restore(): void } {
  if (stdin.isTTY !== true) return { restore() {} }
  const wasRaw = stdin.isRaw
  const restore = () => {
    process.off('exit', restore)
    stdin.setRawMode(wasRaw)
  }
  process.on('exit', restore)
  stdin.setRawMode(true)
  return { restore }
}
