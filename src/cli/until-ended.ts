const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Resolves with the first signal to end. */
export function untilEnded(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    const ended = (signal: NodeJS.Signals) => {
      for (const one of signals) process.off(one, ended)
      resolve(signal)
    }
    for (const one of signals) process.on(one, ended)
  })
}
