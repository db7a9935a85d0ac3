import { BmcError } from '../base/errors.ts'
import type { Bmc } from '../bmc/bmc.ts'
import type { IpmbReply } from '../bmc/ipmb.ts'
import { decodeRequest, type RequestMessage, responseSize, writeResponse } from '../ipmi/message.ts'
import { CompletionError, type Context } from './command.ts'

/** Send Message to the IPMB (IPMI 2.0 §6.12.2, §6.13, §22.7): channel 0 where other controllers are behind this one. */

export const IPMB_CHANNEL = 0
/** §22.7: "NAK on Write": nobody took the message. */
const NAK = 0x83
const noTracking = 0
const trackRequest = 1

export function isIpmb(bmc: Bmc, channel: number): boolean {
  return channel === IPMB_CHANNEL && bmc.ipmb.present && bmc.channels.get(channel) === undefined
}

/**
 * Carries a request across and its response back. A tracked one (from a LAN console) comes back in the response of Send Message
 * itself; one that is not tracked waits for Get Message, as the guest's driver expects it.
 */
export function carry(
  { bmc, by }: Context,
  tracking: number,
  message: Uint8Array,
): { message: Uint8Array } | Promise<{ message: Uint8Array }> {
  if (tracking !== noTracking && tracking !== trackRequest) {
    throw new BmcError('invalid-field', 'messages go over the IPMB tracked or untracked, not raw')
  }
  if (by.privilege === undefined) throw new BmcError('forbidden', 'only a session sends messages')
  const request = decodeRequest(message)
  const { netFn, responderLun: lun, cmd } = request
  // The message is a view of a packet, and an answer may come later.
  const reply = bmc.ipmb.send(request.responder, { netFn, lun, cmd, data: request.data.slice() }, by.privilege)
  if (reply === undefined) throw new CompletionError(NAK, `nobody answers at ${request.responder} on the IPMB`)
  const head = { ...request, data: new Uint8Array() }
  const deliver = (answer: IpmbReply) => {
    const whole = response(head, answer)
    if (tracking === trackRequest) return { message: whole }
    // As Get Message tells it: the address it was sent to, our own, is left out (§22.6).
    bmc.messages.put({ channel: IPMB_CHANNEL, level: 0, data: whole.subarray(1) })
    return { message: new Uint8Array() }
  }
  return reply instanceof Promise ? reply.then(deliver) : deliver(reply)
}

function response(request: RequestMessage, { completionCode, data }: IpmbReply): Uint8Array {
  const whole = new Uint8Array(responseSize(data.length))
  writeResponse(whole, 0, request, completionCode, data)
  return whole
}
