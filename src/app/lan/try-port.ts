import { createSocket } from 'node:dgram'
import { BmcError, errnoOf, messageOf } from '../../base/errors.ts'
import { udpPortOwner } from './port-owner.ts'

/** Binds a UDP address and port (0: any) and lets go again. Rejects with a BmcError that says what is in the way. */
export function tryPort(address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = createSocket('udp4')
    socket.once('error', (error) => {
      socket.close()
      reject(bindRefusal(error, address, port))
    })
    socket.bind({ address, port, exclusive: true }, () => socket.close(() => resolve()))
  })
}

/** Refused because no interface has the address. */
export function isAbsent(refusal: BmcError): boolean {
  return errnoOf(refusal.cause) === 'EADDRNOTAVAIL'
}

/**
 * What a system that refuses an address and port means to a client that wants the BMC there. Never `invalid-field`: ipmitool
 * 1.8.19 repeats a LAN parameter that is answered CCh for half a minute.
 */
export function bindRefusal(error: unknown, address: string, port: number): BmcError {
  const where = `the BMC cannot answer on ${address} UDP port ${port}`
  const cause = { cause: error }
  switch (errnoOf(error)) {
    case 'EADDRNOTAVAIL':
      return new BmcError('wrong-state', `${where}: the address is not on this machine`, cause)
    case 'EADDRINUSE':
      return new BmcError('wrong-state', `${where}: it is in use${udpPortOwner(address, port)}`, cause)
    case 'EACCES':
      return new BmcError('wrong-state', `${where}: ports below 1024 need root`, cause)
    default:
      return new BmcError('wrong-state', `${where}: ${messageOf(error)}`, cause)
  }
}
