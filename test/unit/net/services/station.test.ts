import { describe, expect, it } from 'vitest'
import { reasonOf } from '../../../../src/net/services/station.ts'

describe('why a station does not start', () => {
  it.each([
    [
      'unshare: unshare failed: Operation not permitted\n',
      'status 1',
      /need a user namespace, .*Operation not permitted.*sysctl: kernel\.unprivileged_userns_clone/,
    ],
    [
      'RTNETLINK answers: Operation not permitted\nfailed: ip link set lo up\n',
      'status 2',
      /need a user namespace, .*RTNETLINK answers/,
    ],
    [
      'open: Permission denied\nfailed: ip tuntap add\n',
      'status 1',
      /need \/dev\/net\/tun, .*open: Permission denied.*mode 0666/,
    ],
    ['sh: 6: ip: not found\nfailed: ip link set lo up\n', 'status 127', /^ip is not on this machine.*iproute2/],
    ['', 'spawn unshare ENOENT', /^unshare is not on this machine.*util-linux/],
    ['dnsmasq: bad option at line 3\n', 'status 1', /did not start \(status 1\): dnsmasq: bad option at line 3/],
  ])('%j', (words, why, reason) => {
    expect(reasonOf(words, why)).toMatch(reason)
  })
})
