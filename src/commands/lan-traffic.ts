import { bits, flag, layout, pad, u16le } from '../ipmi/layout.ts'
import { NetFn } from '../ipmi/net-fn.ts'
import { command } from './command.ts'
import { lanOf } from './lan-configuration.ts'

/** ARP and the statistics of a LAN channel (IPMI 2.0 §23.3, §23.4). */

export const suspendBmcArps = command({
  netFn: NetFn.Transport,
  cmd: 0x03,
  name: 'Suspend BMC ARPs',
  spec: '23.3',
  privilege: 'Administrator',
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(6), responses: flag, gratuitous: flag }),
  /** True: it goes on. */
  response: layout({ reserved: pad(6), responses: flag, gratuitous: flag }),
  handle: (context, { channel, ...suspend }) => lanOf(context, channel).suspendArps(suspend),
})

/** Counters stop at their end (§23.4). */
const MOST = 0xffff

export const getIpUdpRmcpStatistics = command({
  netFn: NetFn.Transport,
  cmd: 0x04,
  name: 'Get IP/UDP/RMCP Statistics',
  spec: '23.4',
  privilege: 'User',
  request: layout({ reserved: pad(4), channel: bits(4), reserved2: pad(7), clear: flag }),
  response: layout({
    ipReceived: u16le,
    ipHeaderErrors: u16le,
    ipAddressErrors: u16le,
    ipFragments: u16le,
    ipSent: u16le,
    udpReceived: u16le,
    rmcpReceived: u16le,
    proxyReceived: u16le,
    proxyDropped: u16le,
  }),
  /** What the host's IP layer throws away or puts together never comes to us: its errors are 0 here. */
  handle(context, { channel, clear }) {
    const { statistics } = lanOf(context, channel)
    const { received, sent, understood } = statistics.totals
    if (clear) statistics.clear()
    return {
      ipReceived: Math.min(received, MOST),
      ipHeaderErrors: 0,
      ipAddressErrors: 0,
      ipFragments: 0,
      ipSent: Math.min(sent, MOST),
      udpReceived: Math.min(received, MOST),
      rmcpReceived: Math.min(understood, MOST),
      proxyReceived: 0,
      proxyDropped: 0,
    }
  },
})

export const lanTrafficCommands = [suspendBmcArps, getIpUdpRmcpStatistics]
