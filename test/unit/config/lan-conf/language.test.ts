import { describe, expect, it } from 'vitest'
import { hex } from '../../../../src/base/bytes.ts'
import { configFolder, lanConf, problemsOf } from '../../../support/config-files.ts'

const NAME = 'name "n"\n'
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')

/** The startcmd that a line gives. */
const startcmd = (value: string, before = '') => {
  const { machine } = lanConf(`${NAME}${before}startcmd ${value}\n`)
  return machine.kind === 'command' ? machine.startCommand : undefined
}
const user = (line: string, before = '') => lanConf(`${NAME}${before}user ${line}\n`).users[0]
const channel = (lines: string) => lanConf(`${NAME}startlan 1\n${lines}\nendlan\n`).channels[0]

describe('delimited strings', () => {
  it.each([
    ['"./x.sh"', './x.sh'],
    ['\'say "hi"\'', 'say "hi"'],
    [`"it's "'"so"'`, 'it\'s "so"'],
    ['"a-"$N"-b"', 'a-42-b'],
    ['$N$N', '4242'],
    ['"$N"', '$N'],
    ['"x" # comment', 'x'],
    ['"x"# comment', 'x'],
    ['"a#b"', 'a#b'],
    ['"back\\slash"', 'back\\slash'],
    ['""', ''],
  ])('%s is %s', (value, expected) => {
    expect(startcmd(value, 'define N "42"\n')).toBe(expected)
  })

  it.each([
    ['startcmd "x', '2:10+2 command has no closing " on this line'],
    ['startcmd x.sh', '2:10+4 command must be in quotes; write "x.sh"'],
    ['startcmd', '2:9+1 command is missing; write: startcmd "COMMAND"'],
    ['startcmd $NO"x"', '2:10+3 variable NO is not defined; write before this line: define NO "..."'],
    ['startcmd "a"$', '2:13+1 a variable name is missing after $'],
  ])('%s is wrong', (line, problem) => {
    expect(problemsOf(() => lanConf(`${NAME}${line}\n`))).toEqual([problem])
  })
})

describe('names and passwords', () => {
  it.each([
    ['"ipmiusr"', 'ipmiusr'],
    ['"my user"', 'my user'],
    ["'single'", 'single'],
    ['"in"side"', 'in"side'],
    ['"16-bytes-of-name"', '16-bytes-of-name'],
    ['61626364000000000000000000000000', 'abcd'],
    ['$WHO', 'Ann B'],
    ['"#hash"', '#hash'],
    ['"Jürgen"', 'Jürgen'],
  ])('name %s is %s', (value, expected) => {
    expect(text(user(`2 true ${value} "p" admin 1`, 'define WHO "Ann B"\n').name)).toBe(expected)
  })

  it.each([
    ['"20-bytes-of-password"', '20-bytes-of-password'],
    ['"two words"', 'two words'],
    ['31323334353637383930313233343536', '1234567890123456'],
    ['3132333435363738393031323334353637383930', '12345678901234567890'],
    ['""', ''],
  ])('password %s is %s', (value, expected) => {
    expect(text(user(`2 true "u" ${value} admin 1`).password)).toBe(expected)
  })

  it('keeps the bytes of a file that is not UTF-8', () => {
    const { users } = lanConf(Buffer.from(`${NAME}user 2 true "u" "p\xe9" admin 1\n`, 'latin1'))
    expect(hex(users[0].password)).toBe('70 e9')
  })

  it('user 1 has no name, whatever is written', () => {
    expect(user('1 true "somebody" "test" user 10').name).toHaveLength(0)
  })

  it('the last line for a user counts, trailing words do not', () => {
    const { users } = lanConf(`${NAME}user 2 true "a" "p" user 1\nuser 2 no "b" "q" operator 0x5 none md2\n`)
    expect(users).toHaveLength(1)
    expect(users[0]).toMatchObject({ id: 2, enabled: false, privilege: 'operator', maxSessions: 5 })
  })

  it.each([
    ['2 true "a', ''],
    ['2 true "seventeen-bytes-x" "p" admin 1', '2:13+19 user name has 17 bytes; IPMI has room for 16'],
    ['2 true "u" "twenty-one-bytes-long" admin 1', '2:17+23 password has 21 bytes; IPMI has room for 20'],
    ['2 true u "p" admin 1', '2:13+1 user name must be text in quotes or 32 hex digits'],
    ['2 true "u" 1234 admin 1', '2:17+4 password must be text in quotes or 40 hex digits'],
    [
      '0 true "u" "p" admin 1',
      '2:6+1 user number 0 is reserved in IPMI; write 1 for the user without a name, 2 to 63 for others',
    ],
    ['64 true "u" "p" admin 1', '2:6+2 user number 64 is out of range; write 1 to 63'],
    ['08 true "u" "p" admin 1', '2:6+2 user number "08" is not a number (a leading zero means octal); write 1 to 63'],
    ['2 maybe "u" "p" admin 1', '2:8+5 enabled "maybe" is not a boolean; write true or false'],
    [
      '2 true "u" "p" Admin 1',
      '2:21+5 privilege "Admin" is not one of callback, user, operator, admin; did you mean "admin"?',
    ],
    [
      '2 true "u" "p" admin',
      '2:26+1 number of sessions is missing; write: user NUMBER true|false NAME PASSWORD PRIVILEGE MAX-SESSIONS',
    ],
  ])('user %s is wrong', (line, problem) => {
    const found = problemsOf(() => lanConf(`${NAME}user ${line}\n`))
    if (line.endsWith('"a')) expect(found[0]).toBe('2:13+2 user name has no closing " on this line')
    else expect(found).toEqual([problem])
  })
})

describe('other values', () => {
  it.each([
    ['true', true],
    ['ON', true],
    ['Yes', true],
    ['1', true],
    ['false', false],
    ['off', false],
    ['no', false],
    ['0', false],
  ])('boolean %s', (word, expected) => {
    expect(lanConf(`${NAME}startnow ${word}\n`).machine.startNow).toBe(expected)
  })

  it.each([
    ['10', 10],
    ['0x10', 16],
    ['010', 8],
    ['+7', 7],
    ['0', 0],
  ])('integer %s', (word, expected) => {
    expect(lanConf(`${NAME}poweroff_wait ${word} # seconds\n`).machine).toMatchObject({ poweroffWaitS: expected })
  })

  it.each(['-1', '1x', '0x', '09', '1.5'])('%s is no integer', (word) => {
    expect(problemsOf(() => lanConf(`${NAME}poweroff_wait ${word}\n`))[0]).toMatch(/^2:15\+/)
  })

  it('a GUID in hex is sent as written, one with dashes is a UUID in SMBIOS order, text is filled up', () => {
    const guid = (value: string) => {
      const bytes = lanConf(`${NAME}startlan 1\nguid ${value}\nendlan\n`).identity.guid
      return bytes && hex(bytes, '')
    }
    expect(guid('a123456789abcdefa123456789abcdef')).toBe('a123456789abcdefa123456789abcdef')
    expect(guid('00112233-4455-6677-8899-aabbccddeeff')).toBe('33221100554477668899aabbccddeeff')
    expect(guid('"00112233-4455-6677-8899-aabbccddeeff"')).toBe('33221100554477668899aabbccddeeff')
    expect(guid('"sixteen-bytes-ok"')).toBe(Buffer.from('sixteen-bytes-ok').toString('hex'))
    expect(guid('"ab"')).toBe('61620000000000000000000000000000')
  })

  it('a key is 40 hex digits or text', () => {
    const digits = '000102030405060708090a0b0c0d0e0f10111213'
    expect(hex(channel(`bmc_key ${digits}`).kg ?? new Uint8Array(), '')).toBe(digits)
    expect(hex(channel('bmc_key "ab"').kg ?? new Uint8Array(), '')).toBe(`6162${'00'.repeat(18)}`)
    expect(problemsOf(() => channel('bmc_key 0011'))).toEqual(['3:9+4 key must be text in quotes or 40 hex digits'])
  })

  it('two LAN blocks may name the same GUID, not two', () => {
    const two = (a: string, b: string) => `${NAME}startlan 1\nguid ${a}\nendlan\nstartlan 2\nguid ${b}\nendlan\n`
    expect(problemsOf(() => lanConf(two('0'.repeat(32), '0'.repeat(32))))).toEqual([])
    expect(problemsOf(() => lanConf(two('0'.repeat(32), '1'.repeat(32))))[0]).toMatch(
      /^6:6\+32 this differs from the GUID of line 3/,
    )
  })
})

describe('lines', () => {
  it('may end in CRLF, be indented, be comments', () => {
    const { channels, machine } = lanConf(
      '\tname "n"\r\n# c\r\n  # d\r\n\r\nstartlan 1\r\n addr 127.0.0.1 9001\r\nendlan\r\nstartnow true\r\n',
    )
    expect(channels[0].addresses).toMatchObject([{ host: '127.0.0.1', port: 9001 }])
    expect(machine.startNow).toBe(true)
  })

  it('may be longer than ipmi_sim reads, and the last needs no end', () => {
    expect(lanConf(`name "${'n'.repeat(3000)}"`).name).toHaveLength(3000)
  })

  it('what comes twice counts as it was written last', () => {
    const { sol, machine, name } = lanConf(
      'name "a"\nname "b"\nstartcmd "x"\nstartcmd "y"\nsol "/dev/ttyS1" 9600\nsol "telnet:localhost:9003" 115200\n',
    )
    expect(name).toBe('b')
    expect(machine).toMatchObject({ startCommand: 'y' })
    expect(sol).toMatchObject({ baud: 115200, device: { kind: 'telnet', host: 'localhost', port: 9003 } })
  })

  it('keywords are case sensitive, and the nearest one is named', () => {
    expect(problemsOf(() => lanConf(`${NAME}Startnow true\nfrobnicate\n`))).toEqual([
      '2:1+8 unknown keyword "Startnow"; did you mean "startnow"?',
      '3:1+10 unknown keyword "frobnicate"',
    ])
  })

  it('relative paths start in the working directory', () => {
    const { cwd, sol } = lanConf(`${NAME}sol "./tty" 9600 nortscts\n`)
    expect(cwd).toBe(configFolder)
    expect(sol?.device).toEqual({ kind: 'tty', path: `${configFolder}/tty`, rtsCts: false })
  })
})
