import { describe, expect, it } from 'vitest'
import { readLanConf } from '../../../../src/config/lan-conf/read-lan-conf.ts'
import { configFile, configFolder, lanConf, problemsOf, thrownBy } from '../../../support/config-files.ts'

const NAME = 'name "n"\n'
const wrong = (lines: string) => problemsOf(() => lanConf(`${NAME}${lines}\n`))

describe('a LAN block', () => {
  it('may have several addresses; the port is 623 by default', () => {
    const { channels } = lanConf(
      `${NAME}startlan 1\naddr :: 9001\naddr 127.0.0.1\naddr [::1] 0\naddr localhost # here\nendlan\nstartlan 2\nendlan\n`,
    )
    const ends = channels.map(({ addresses }) => addresses.map(({ host, port }) => [host, port]))
    const first = [
      ['::', 9001],
      ['127.0.0.1', 623],
      ['::1', 0],
      ['localhost', 623],
    ]
    expect(ends).toEqual([first, [['0.0.0.0', 623]]])
    expect(channels[0].addresses[2].at).toMatchObject({ line: 5, column: 6, length: 5 })
  })

  it('holds privileges, authentication types and the rest', () => {
    const [channel] = lanConf(
      `${NAME}startlan 3\npriv_limit operator\nallowed_auths_user none md2 md5 straight # all\nallowed_auths_admin\nper_msg_auth false\nPEF_alerting on\nlan_config_program "../lc br0"\nendlan\n`,
    ).channels
    expect(channel).toMatchObject({
      number: 3,
      privilegeLimit: 'operator',
      authTypes: { callback: [], user: ['none', 'md2', 'md5', 'straight'], operator: [], admin: [] },
      perMessageAuthentication: false,
      pefAlerting: true,
      kg: undefined,
      allowCipherSuite0: false,
      lanConfigProgram: '../lc br0',
    })
  })

  it.each([
    ['startlan 16\nendlan', ['2:10+2 channel 16 is out of range; write 0 to 15']],
    [
      'startlan 1\nendlan\nstartlan 1\nendlan',
      ['4:1+8 channel 1 is in use since line 2; give each startlan a channel of its own'],
    ],
    ['startlan 1', ['2:1+8 this LAN block has no end; write endlan after its last line']],
    ['startlan 1\nstartlan 2\nendlan', ['3:1+8 the LAN block of line 2 has no end yet; write endlan before this line']],
    ['endlan', ['2:1+6 there is no LAN block to end here; write startlan CHANNEL before it, or remove it']],
    ['addr 127.0.0.1', ['2:1+4 "addr" belongs into a LAN block; write it between startlan and endlan']],
    [
      'startlan 1\nuser 2 true "a" "p" admin 1\nendlan',
      ['3:1+4 "user" does not belong into a LAN block; write it after endlan'],
    ],
    ['startlan 1\nadr 127.0.0.1\nendlan', ['3:1+3 unknown keyword "adr"; did you mean "addr"?']],
    ['startlan 1\naddr 127.0.0.1 65536\nendlan', ['3:16+5 port "65536" is not a number from 0 to 65535']],
    [
      'startlan 1\naddr a/b\nendlan',
      ['3:6+3 "a/b" is no host name or address; write one like 127.0.0.1, :: or localhost'],
    ],
    [
      'startlan 1\nallowed_auths_user md5 md4\nendlan',
      ['3:24+3 authentication type "md4" is not one of none, md2, md5, straight; did you mean "md2"?'],
    ],
  ])('%j is wrong', (lines, problems) => {
    expect(wrong(lines)).toEqual(problems)
  })
})

describe('serial', () => {
  it.each(['15', '0xf', 'kcs', 'bt'])('channel %s is the system interface', (channel) => {
    const { vmLink } = lanConf(`${NAME}serial ${channel} localhost 9102 codec VM # for QEMU\n`)
    expect(vmLink).toMatchObject({ channel: 15, host: 'localhost', port: 9102 })
  })

  it.each([
    ['serial 15 h 9102', '2:17+1 codec VM is missing; write: serial 15 ADDRESS PORT codec VM'],
    [
      'serial 15 h 9102 codec Direct',
      '2:24+6 codec Direct is not honoured in this version; write codec VM, the one that QEMU speaks',
    ],
    [
      'serial 15 h 9102 codec vm',
      '2:24+2 codec "vm" is not one of VM, Direct, TerminalMode, RadisysAscii; did you mean "VM"?',
    ],
    ['serial 3 h 9102 codec VM', '2:8+1 channel 3: a VM is reached through the system interface only; write 15'],
    ['serial 15 h 0 codec VM', '2:13+1 port "0" is not a number from 1 to 65535'],
  ])('%s is wrong', (line, problem) => {
    expect(wrong(line)).toEqual([problem])
  })

  it.each(['connect', 'oem Radisys', 'attn 0x01', 'ipmb 0x20'])('%s is refused with what to do', (option) => {
    const [problem, ...more] = wrong(`serial 15 h 9102 codec VM ${option}`)
    expect(more).toEqual([])
    expect(problem).toMatch(/^2:27\+.*Remove (it|the word)/)
  })

  it('a BMC has one', () => {
    expect(wrong('serial 15 h 1 codec VM\nserial 15 h 2 codec VM')[0]).toMatch(
      /^3:1\+6 channel 15 is in use since line 2/,
    )
  })
})

describe('sol', () => {
  it.each([
    ['telnet:localhost:9003', { kind: 'telnet', host: 'localhost', port: 9003 }],
    ['tcp:10.0.0.1:9003', { kind: 'tcp', host: '10.0.0.1', port: 9003 }],
    ['telnet:[fe80::1%eth0]:9003', { kind: 'telnet', host: 'fe80::1%eth0', port: 9003 }],
    ['/dev/ttyS0', { kind: 'tty', path: '/dev/ttyS0', rtsCts: true }],
  ])('%s', (device, expected) => {
    expect(lanConf(`${NAME}sol "${device}" 115200\n`).sol?.device).toEqual(expected)
  })

  it('history is bytes, rounded up to KiB', () => {
    const kib = (option: string) => lanConf(`${NAME}sol "/dev/ttyS0" 9600 ${option}\n`).sol?.historyKiB
    expect([kib(''), kib('history=1'), kib('history=4096'), kib('history=4097'), kib('history=0')]).toEqual([
      64, 1, 4, 5, 0,
    ])
  })

  it.each([
    ['sol "telnet:h" 9600', '2:5+10 device "telnet:h": the port is missing; write telnet:HOST:PORT'],
    [
      'sol "tcp:::1:99" 9600',
      '2:5+12 device "tcp:::1:99": an IPv6 address goes in brackets, like [::1]:9103; write tcp:HOST:PORT',
    ],
    ['sol "telnet:h:x" 9600', '2:5+12 device "telnet:h:x": "x" is no port from 1 to 65535; write telnet:HOST:PORT'],
    [
      'sol "ttyS0" 9600',
      '2:5+7 device "ttyS0" is neither telnet:HOST:PORT nor tcp:HOST:PORT nor the path of a tty; write for example /dev/ttyS0',
    ],
    ['sol "/dev/ttyS0" 1200', '2:18+4 bit rate "1200" is not one of 9600, 19200, 38400, 57600, 115200'],
    ['sol "/dev/ttyS0"', '2:17+1 bit rate is missing; write: sol "DEVICE" BIT-RATE [history=SIZE] [nortscts]'],
    ['sol "/dev/ttyS0" 9600 history=4k', '2:23+10 history size "4k" is not a number of bytes up to 1073741824'],
    [
      'sol "/dev/ttyS0" 9600 nortsct',
      '2:23+7 "nortsct" is no sol option; did you mean "nortscts"?; write history=SIZE or nortscts',
    ],
  ])('%s is wrong', (line, problem) => {
    expect(wrong(line)).toEqual([problem])
  })

  it.each(['history=9,backupfile=/x', 'historyfru=1', 'readclear'])('%s is refused', (option) => {
    expect(wrong(`sol "/dev/ttyS0" 9600 ${option}`)[0]).toMatch(/not honoured/)
  })
})

describe('the whole file', () => {
  it('refuses what it does not honour, and says what to do', () => {
    const lines = ['loadlib "x.so" ""', 'ipmb 1 ipmb_dev_int /dev/i', 'module "x"', 'include "y"']
    const found = wrong(lines.join('\n'))
    expect(found.map((problem) => problem.split(' ')[0])).toEqual(['2:1+7', '3:1+4', '4:1+6', '5:1+7'])
    for (const problem of found) expect(problem).toMatch(/Remove|Put/)
  })

  it('says where the emulator console listens', () => {
    expect(lanConf(`${NAME}console [::1] 9000\n`).emulatorConsole).toMatchObject({
      host: '::1',
      port: 9000,
      at: { line: 2 },
    })
    expect(wrong('console :: 0')).toEqual(['2:12+1 port "0" is not a number from 1 to 65535'])
    expect(wrong('console')).toEqual(['2:8+1 address is missing; write: console ADDRESS PORT'])
  })

  it('wants a name', () => {
    expect(problemsOf(() => lanConf('startnow true\n'))).toEqual([
      '1:1+1 the node has no name; write a line like: name "node1"',
    ])
    expect(problemsOf(() => lanConf('name ""\n'))).toEqual(['1:6+2 the name is empty; write name "NAME"'])
  })

  it('an MC that is not the BMC may be named, not filled', () => {
    expect(wrong('set_working_mc 0x30')).toEqual([])
    expect(wrong('set_working_mc 0x30\nset_working_mc 0x20\nstartnow on')).toEqual([])
    expect(wrong('set_working_mc 0x30\nstartnow true\nuser 2 true "a" "p" admin 1')).toEqual([
      '3:1+8 this belongs to MC 0x30, and only the BMC itself (0x20) can have it in this version; move it before "set_working_mc 0x30" or remove it',
    ])
  })

  it('the .emu file may choose another BMC', () => {
    const { users } = lanConf(
      `${NAME}set_working_mc 0x30\nuser 2 true "a" "p" admin 1\n`,
      'mc_setbmc 0x30\nmc_enable 0x30\n',
    )
    expect(users).toHaveLength(1)
  })

  it('shows no password among the lines with problems', () => {
    const error = thrownBy(() =>
      lanConf(
        `${NAME}user 2 tru "a" "hunter2 x" admin 1\nusr 3 true "b" "hunter2" admin 1\nstartlan 1\nbmc_key "hunter2-key" x\nuser 4 true "c" "hunter2" admin 1\nendlan\nuser 5 true "d" "hunter2`,
      ),
    )
    expect(error?.problems).toHaveLength(5)
    expect([...(error?.texts.values() ?? [])].join()).not.toContain('hunter2')
    expect(error?.message).not.toContain('hunter2')
  })

  it('a file that cannot be read, or is none of ours, is one plain problem', () => {
    const read = (lanConf: string) => problemsOf(() => readLanConf({ lanConf, cwd: configFolder }))
    expect(read('nowhere.conf')).toEqual(['1:1+1 this file cannot be read: there is no such file; check the path'])
    expect(read('.')).toEqual(['1:1+1 this file is a folder; name a file'])
    configFile('image', 'name "x"\0\0')
    expect(read('image')[0]).toContain('not a text file')
  })

  it('takes NAME.emu beside it where no .emu file is named, and does without', () => {
    configFile('beside.conf', 'name "beside"\n')
    const read = () => readLanConf({ lanConf: 'beside.conf', cwd: configFolder })
    expect(read().identity.productId).toBe(0)
    configFile('beside.emu', 'mc_add 0x20 1 no-device-sdrs 1 2 3 0x9f 0x1291 0xf02\n')
    expect(read().identity).toMatchObject({ deviceId: 1, productId: 0xf02 })
  })
})
