import type { AddressConfig, AuthWord, LanChannelConfig, PrivilegeWord } from '../config.ts'
import { defaultTrapPort, privilegeWords } from '../defaults.ts'
import { isHost } from '../serial-device.ts'
import type { SourceRange } from '../source.ts'
import type { Arguments } from './arguments.ts'
import type { McSection } from './mc-section.ts'

const authWords: readonly AuthWord[] = ['none', 'md2', 'md5', 'straight']

/** The LAN channel between `startlan` and `endlan`, while it is read. */
export class LanBlock {
  readonly at: SourceRange
  readonly section: McSection
  /** Undefined where it was wrong: the lines of the block are looked at all the same. */
  readonly number: number | undefined
  readonly addresses: AddressConfig[] = []
  readonly authTypes: Record<PrivilegeWord, readonly AuthWord[]> = { callback: [], user: [], operator: [], admin: [] }
  privilegeLimit: PrivilegeWord = 'admin'
  perMessageAuthentication = true
  pefAlerting = false
  kg: Uint8Array | undefined
  guid: { readonly bytes: Uint8Array; readonly at: SourceRange } | undefined
  lanConfigProgram: string | undefined

  constructor(at: SourceRange, section: McSection, number: number | undefined) {
    this.at = at
    this.section = section
    this.number = number
  }

  /** Hands what was read to the MC. */
  end(): void {
    if (this.guid !== undefined) this.section.guids.push(this.guid)
    if (this.number !== undefined) this.section.channels.push(this.#channel(this.number))
  }

  #channel(number: number): LanChannelConfig {
    const { at, authTypes, privilegeLimit, perMessageAuthentication, pefAlerting, kg, lanConfigProgram } = this
    // What the manual promises for a block without an address.
    const addresses = this.addresses.length > 0 ? this.addresses : [{ host: '0.0.0.0', port: 623, at }]
    return {
      number,
      at,
      addresses,
      mac: undefined,
      privilegeLimit,
      authTypes,
      perMessageAuthentication,
      pefAlerting,
      trapPort: defaultTrapPort,
      kg,
      allowCipherSuite0: false,
      lanConfigProgram,
      alias: undefined,
    }
  }
}

export interface LanKeyword {
  readonly usage: string
  readonly read: (line: Arguments, block: LanBlock) => void
}

/** What may stand between `startlan` and `endlan`. */
export const lanKeywords: Readonly<Record<string, LanKeyword>> = {
  addr: {
    usage: 'addr ADDRESS [PORT]',
    read: (line, block) => {
      const at = line.here()
      const host = readHost(line)
      const port = line.atEnd ? 623 : readPort(line, 0)
      if (host !== undefined && port !== undefined) block.addresses.push({ host, port, at })
    },
  },
  priv_limit: {
    usage: 'priv_limit callback|user|operator|admin',
    read: (line, block) => {
      block.privilegeLimit = line.oneOf('privilege', privilegeWords) ?? block.privilegeLimit
    },
  },
  allowed_auths_callback: allowedAuths('callback'),
  allowed_auths_user: allowedAuths('user'),
  allowed_auths_operator: allowedAuths('operator'),
  allowed_auths_admin: allowedAuths('admin'),
  guid: {
    usage: 'guid 32-HEX-DIGITS-OR-UUID',
    read: (line, block) => {
      const at = line.here()
      const bytes = line.guid()
      if (bytes !== undefined) block.guid = { bytes, at }
    },
  },
  bmc_key: {
    usage: 'bmc_key 40-HEX-DIGITS',
    read: (line, block) => {
      block.kg = line.key('key') ?? block.kg
    },
  },
  lan_config_program: {
    usage: 'lan_config_program "COMMAND"',
    read: (line, block) => {
      block.lanConfigProgram = line.string('command')?.text ?? block.lanConfigProgram
    },
  },
  PEF_alerting: {
    usage: 'PEF_alerting true|false',
    read: (line, block) => {
      block.pefAlerting = line.boolean('value') ?? block.pefAlerting
    },
  },
  per_msg_auth: {
    usage: 'per_msg_auth true|false',
    read: (line, block) => {
      block.perMessageAuthentication = line.boolean('value') ?? block.perMessageAuthentication
    },
  },
}

function allowedAuths(level: PrivilegeWord): LanKeyword {
  return {
    usage: `allowed_auths_${level} [none|md2|md5|straight ...]`,
    read: (line, block) => {
      const chosen = line.words().map((word) => line.choose(word, 'authentication type', authWords))
      block.authTypes[level] = [...new Set(chosen.filter((auth) => auth !== undefined))]
    },
  }
}

export function readHost(line: Arguments): string | undefined {
  const word = line.required('address')
  if (word === undefined) return undefined
  const host = word.text.replace(/^\[(.*)\]$/, '$1')
  if (isHost(host)) return host
  return line.wrong(word.at, `"${word.text}" is no host name or address; write one like 127.0.0.1, :: or localhost`)
}

/** A port is decimal, as getaddrinfo reads it; `least` 0 lets the system choose. */
export function readPort(line: Arguments, least: 0 | 1): number | undefined {
  const word = line.required('port')
  if (word === undefined) return undefined
  const port = Number(word.text)
  if (/^\d{1,5}$/.test(word.text) && port >= least && port <= 65535) return port
  return line.wrong(word.at, `port "${word.text}" is not a number from ${least} to 65535`)
}
