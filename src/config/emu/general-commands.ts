import type { EmuCommand } from './command.ts'

/** Longer than any test: a day. */
const MAX_SLEEP_MS = 86_400_000

const ATCA =
  'AdvancedTCA shelves (PICMG commands, site addresses, LEDs, power levels) are not simulated: this is a server. Remove the line'

/** Commands that are about no MC: variables, time, the console itself. */
export const generalCommands: Readonly<Record<string, EmuCommand>> = {
  define: {
    usage: 'define VARIABLE "VALUE"',
    read: (line, state) => {
      const variable = line.required('variable name')
      const value = line.string('value')
      if (variable !== undefined && value !== undefined) state.variables.set(variable.text, value.text)
      return undefined
    },
  },
  quit: {
    usage: 'quit',
    read: (line, state, at) => {
      if (state.running || state.slept) return { kind: 'quit' }
      return line.wrong(
        at,
        'quit would end the BMC as soon as it starts; write "sleep MILLISECONDS" before it, or remove it',
      )
    },
  },
  sleep: {
    usage: 'sleep MILLISECONDS',
    read: (line, state) => {
      const ms = line.integer('milliseconds', 0, MAX_SLEEP_MS)
      if (ms === undefined) return undefined
      state.slept = true
      return { kind: 'sleep', ms }
    },
  },
  debug: {
    usage: 'debug [raw] [msg] [sol]',
    read: (line) => {
      const words = line.words()
      for (const word of words) line.choose(word, 'what to show', ['raw', 'msg', 'sol', 'all'])
      return { kind: 'debug', on: words.length > 0 }
    },
  },
  persist: {
    usage: 'persist on|off',
    read: (line) => {
      const word = line.oneOf('value', ['on', 'off'])
      return word === undefined ? undefined : { kind: 'persist', on: word === 'on' }
    },
  },
  noecho: { usage: 'noecho', read: () => ({ kind: 'no-echo' }) },
  atca_enable: refused('atca_enable', ATCA),
  atca_set_site: refused('atca_set_site HARDWARE-ADDRESS TYPE NUMBER', ATCA),
  mc_set_power: refused(
    'mc_set_power MC VALUE EVENT',
    `${ATCA}. To power the machine: bmcsim power, or ipmitool power`,
  ),
  mc_set_num_leds: refused('mc_set_num_leds MC COUNT', ATCA),
}

function refused(usage: string, why: string): EmuCommand {
  return { usage, read: (line, _state, at) => line.wrong(at, why) }
}
