import { privilegeWords } from '../defaults.ts'
import type { SourceRange } from '../source.ts'
import { type Arguments, cInteger } from './arguments.ts'
import type { Document } from './document.ts'
import { LanBlock, readHost, readPort } from './lan-block.ts'
import { readSerial, readSol } from './serial-and-sol.ts'

/** The largest number a user can have: six bits, and 0 is reserved (IPMI 2.0 §22.26). */
const LAST_USER = 63

export interface Keyword {
  readonly usage: string
  /** True where the line belongs to the working MC. */
  readonly ofMc: boolean
  /** `at` is the keyword itself. */
  readonly read: (line: Arguments, document: Document, at: SourceRange) => void
}

/** The keywords of lan.conf outside of LAN blocks. What comes twice counts as it was written last. */
export const keywords: Readonly<Record<string, Keyword>> = {
  name: {
    usage: 'name "NAME"',
    ofMc: false,
    read: (line, document) => {
      const name = line.string('name')
      // A name that cannot be read is one problem, not also that there is none.
      document.nameAt = name?.at ?? line.line.place(0, 1)
      if (name === undefined) return
      document.name = name.text
      if (name.text === '') line.wrong(name.at, 'the name is empty; write name "NAME"')
    },
  },
  define: {
    usage: 'define VARIABLE "VALUE"',
    ofMc: false,
    read: (line, document) => {
      const variable = line.required('variable name')
      const value = line.string('value')
      if (variable !== undefined && value !== undefined) document.variables.set(variable.text, value.text)
    },
  },
  console: {
    usage: 'console ADDRESS PORT',
    ofMc: false,
    read: (line, document, at) => {
      const host = readHost(line)
      const port = readPort(line, 1)
      if (host !== undefined && port !== undefined) document.console = { host, port, at }
    },
  },
  set_working_mc: {
    usage: 'set_working_mc IPMB-ADDRESS',
    ofMc: false,
    read: (line, document) => {
      const mc = line.integer('IPMB address', 0, 255)
      if (mc === undefined) return
      document.working = mc
      document.sectionOf(mc)
    },
  },
  startlan: {
    usage: 'startlan CHANNEL',
    ofMc: true,
    read: (line, document, at) => {
      const number = line.integer('channel', 0, 15)
      const { section } = document
      if (number !== undefined) {
        const taken = section.channels.find((channel) => channel.number === number)
        if (taken !== undefined) {
          line.wrong(
            at,
            `channel ${number} is in use since line ${taken.at.line}; give each startlan a channel of its own`,
          )
        } else if (section.vmLink?.channel === number) {
          line.wrong(at, `channel ${number} is the serial line's; give startlan another one`)
        }
      }
      document.block = new LanBlock(at, section, number)
    },
  },
  user: {
    usage: 'user NUMBER true|false NAME PASSWORD PRIVILEGE MAX-SESSIONS',
    ofMc: true,
    read: (line, document, at) => readUser(line, document, at),
  },
  serial: {
    usage: 'serial 15 ADDRESS PORT codec VM',
    ofMc: true,
    read: (line, document, at) => {
      const link = readSerial(line)
      if (link === undefined) return
      const { section } = document
      if (section.vmLink !== undefined) {
        line.wrong(
          at,
          `channel 15 is in use since line ${section.vmLink.at.line}; a BMC has one VM, so remove one of the two`,
        )
      }
      if (section.channels.some((channel) => channel.number === link.channel)) {
        line.wrong(at, `channel ${link.channel} is a LAN channel above; give startlan another one`)
      }
      section.vmLink = link
    },
  },
  sol: {
    usage: 'sol "DEVICE" BIT-RATE [history=SIZE] [nortscts]',
    ofMc: true,
    read: (line, document) => {
      const sol = readSol(line, document.cwd)
      if (sol !== undefined) document.section.sol = sol
    },
  },
  startcmd: {
    usage: 'startcmd "COMMAND"',
    ofMc: true,
    read: (line, document) => {
      const command = line.string('command')
      if (command === undefined) return
      document.section.startCommand = command.text
      document.section.startCommandAt = command.at
    },
  },
  startnow: {
    usage: 'startnow true|false',
    ofMc: true,
    read: (line, document) => {
      document.section.startNow = line.boolean('value') ?? document.section.startNow
    },
  },
  poweroff_wait: {
    usage: 'poweroff_wait SECONDS',
    ofMc: true,
    read: (line, document) => {
      document.section.poweroffWaitS = line.integer('seconds', 0, 86_400) ?? document.section.poweroffWaitS
    },
  },
  kill_wait: {
    usage: 'kill_wait SECONDS',
    ofMc: true,
    read: (line, document) => {
      document.section.killWaitS = line.integer('seconds', 0, 86_400) ?? document.section.killWaitS
    },
  },
  chassis_control: {
    usage: 'chassis_control "COMMAND"',
    ofMc: true,
    read: (line, document) => {
      document.section.chassisControl = line.string('command')?.text ?? document.section.chassisControl
    },
  },
}

function readUser(line: Arguments, document: Document, at: SourceRange): void {
  const id = readUserNumber(line)
  const enabled = line.boolean('enabled')
  const name = line.bytes('user name', 16)
  const password = line.bytes('password', 20, { secret: true })
  const privilege = line.oneOf('privilege', privilegeWords)
  const maxSessions = line.integer('number of sessions', 0, 255)
  if (id === undefined || enabled === undefined || name === undefined || password === undefined) return
  if (privilege === undefined || maxSessions === undefined) return
  document.section.users.set(id, {
    id,
    enabled,
    // User 1 has no name, whatever is written (IPMI 2.0 §22.28).
    name: id === 1 ? new Uint8Array(0) : withoutPadding(name),
    password: withoutPadding(password),
    privilege,
    maxSessions,
    at,
  })
}

function readUserNumber(line: Arguments): number | undefined {
  const word = line.required('user number')
  if (word === undefined) return undefined
  if (cInteger(word.text) !== 0) return line.number(word, 'user number', 1, LAST_USER)
  return line.wrong(
    word.at,
    'user number 0 is reserved in IPMI; write 1 for the user without a name, 2 to 63 for others',
  )
}

/** Names and passwords are zero-filled on the wire; here they are as long as they are. */
function withoutPadding(bytes: Uint8Array): Uint8Array {
  return bytes.slice(0, bytes.findLastIndex((byte) => byte !== 0) + 1)
}
