import { BmcError } from '../../base/errors.ts'

/** The names under which an outside program knows the LAN parameters that it may keep (lan.conf `lan_config_program`). */
export type LanProgramName =
  | 'ip_addr'
  | 'ip_addr_src'
  | 'mac_addr'
  | 'subnet_mask'
  | 'default_gw_ip_addr'
  | 'default_gw_mac_addr'
  | 'backup_gw_ip_addr'
  | 'backup_gw_mac_addr'

/** Keeps a channel's network settings somewhere outside. Rejects with a BmcError that says what went wrong. */
export interface LanProgram {
  get(names: readonly LanProgramName[]): Promise<ReadonlyMap<LanProgramName, string>>
  /** Resolves when the value would be taken. */
  check(name: LanProgramName, value: string): Promise<void>
  set(values: ReadonlyMap<LanProgramName, string>): Promise<void>
}

/** How a value is written for the program: an address, a MAC, or the word of an address source. */
export type LanText = 'address' | 'mac' | 'source'

const sources = ['unknown', 'static', 'dhcp', 'bios', 'other'] as const

export function toLanText(form: LanText, bytes: Uint8Array): string {
  switch (form) {
    case 'address':
      return bytes.join('.')
    case 'mac':
      return Buffer.from(bytes)
        .toString('hex')
        .replace(/..(?=.)/g, '$&:')
    case 'source':
      return sources[bytes[0] & 0x0f] ?? 'other'
  }
}

export function fromLanText(form: LanText, text: string): Uint8Array {
  const word = text.trim()
  const wrong = () => new BmcError('invalid-field', `"${word}" from the LAN program is no ${form}`)
  switch (form) {
    case 'address': {
      if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(word)) throw wrong()
      const bytes = word.split('.').map(Number)
      if (bytes.some((byte) => byte > 255)) throw wrong()
      return Uint8Array.from(bytes)
    }
    case 'mac':
      if (!/^[0-9a-f]{1,2}(:[0-9a-f]{1,2}){5}$/i.test(word)) throw wrong()
      return Uint8Array.from(word.split(':'), (digits) => Number.parseInt(digits, 16))
    case 'source': {
      // The beginning of a word is enough, as scripts written for ipmi_sim expect.
      const at = sources.findIndex((source) => word !== '' && source.startsWith(word))
      if (at < 0) throw wrong()
      return Uint8Array.of(at)
    }
  }
}
