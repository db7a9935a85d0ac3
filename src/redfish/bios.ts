import type { BiosSettings } from '../bmc/power/bios-settings.ts'
import type { MachineSettings, SettingsFacts } from '../machine/settings.ts'
import { about, type Fault, fault } from './faults.ts'
import type { Body } from './request.ts'

/** One attribute of the BIOS: a setting of the machine by a name of ours (the DMTF has none for them). */
interface Attribute {
  readonly label: string
  readonly help: string
  /** Why nobody can write it here. */
  readonly fixed: (facts: SettingsFacts) => string | undefined
  readonly read: (settings: MachineSettings) => string | number
  /** Undefined: a value of another type. */
  readonly write: (value: unknown) => Partial<MachineSettings> | undefined
  readonly range?: (facts: SettingsFacts) => { readonly least: number; readonly most: number }
  readonly values?: (facts: SettingsFacts) => readonly string[]
}

const modes = { Legacy: 'bios', Uefi: 'uefi' } as const

export const attributes: Readonly<Record<string, Attribute>> = {
  BootMode: {
    label: 'Boot mode',
    help: 'What the machine starts with: a BIOS, or UEFI.',
    fixed: ({ noUefi, initial }) => (initial.bootMode === 'bios' ? noUefi : undefined),
    read: ({ bootMode }) => (bootMode === 'uefi' ? 'Uefi' : 'Legacy'),
    write: (value) =>
      chosen(value, (word) => (word === 'Uefi' ? { bootMode: modes.Uefi } : { bootMode: modes.Legacy })),
    values: () => Object.keys(modes),
  },
  MemorySize: {
    label: 'Memory (MiB)',
    help: 'How much of the memory the machine has at its next start.',
    fixed: changeable,
    read: ({ memoryMiB }) => memoryMiB,
    write: (value) => (typeof value === 'number' ? { memoryMiB: value } : undefined),
    range: ({ memoryMiB }) => memoryMiB,
  },
  ProcessorCount: {
    label: 'Processors',
    help: 'How many processors the machine has at its next start.',
    fixed: changeable,
    read: ({ processors }) => processors,
    write: (value) => (typeof value === 'number' ? { processors: value } : undefined),
    range: ({ mostProcessors }) => ({ least: 1, most: mostProcessors }),
  },
  SecureBoot: {
    label: 'Secure Boot',
    help: 'UEFI starts only what is signed. It wants boot mode Uefi.',
    fixed: ({ noSecureBoot }) => noSecureBoot,
    read: ({ secureBoot }) => onOff(secureBoot),
    write: (value) => chosen(value, (word) => ({ secureBoot: word === 'Enabled' })),
    values: () => ['Disabled', 'Enabled'],
  },
  SerialRedirection: {
    label: 'Serial redirection',
    help: 'The firmware talks on the serial port. UEFI always does.',
    fixed: changeable,
    read: ({ serialRedirection }) => onOff(serialRedirection),
    write: (value) => chosen(value, (word) => ({ serialRedirection: word === 'Enabled' })),
    values: () => ['Disabled', 'Enabled'],
  },
}

export function attributeValues(settings: MachineSettings): Body {
  return Object.fromEntries(Object.entries(attributes).map(([name, { read }]) => [name, read(settings)]))
}

/** What a client wants to be otherwise, or everything that is wrong with it. What is sent back as it is may be read-only. */
export function readAttributes(given: Body, bios: BiosSettings): { faults: Fault[]; change: Partial<MachineSettings> } {
  const { facts, current, pending = current } = bios
  const faults: Fault[] = []
  let change: Partial<MachineSettings> = {}
  for (const [name, value] of Object.entries(given)) {
    const attribute = Object.hasOwn(attributes, name) ? attributes[name] : undefined
    const wrong = (one: Fault) => faults.push(about(`/Attributes/${name}`, one))
    if (attribute === undefined || facts === undefined || pending === undefined) {
      wrong(fault('PropertyUnknown', name))
      continue
    }
    if (value === attribute.read(pending)) continue
    const read = attribute.write(value)
    const fixed = attribute.fixed(facts)
    const range = attribute.range?.(facts)
    if (fixed !== undefined) wrong({ ...fault('PropertyNotWritable', name), detail: fixed })
    else if (read === undefined) wrong(fault('PropertyValueTypeError', JSON.stringify(value), name))
    else if (attribute.values?.(facts).includes(String(value)) === false)
      wrong(fault('PropertyValueNotInList', String(value), name))
    else if (range && typeof value === 'number' && (value < range.least || value > range.most))
      wrong(fault('PropertyValueOutOfRange', String(value), name))
    else if (range && !Number.isInteger(value)) wrong(fault('PropertyValueTypeError', String(value), name))
    else change = { ...change, ...read }
  }
  return { faults, change }
}

/** Each attribute as the attribute registry tells it. */
export function registryEntries(facts: SettingsFacts): readonly Body[] {
  return Object.entries(attributes).map(([name, { label, help, fixed, read, range, values }], i) => {
    const bounds = range?.(facts)
    return {
      AttributeName: name,
      DisplayName: label,
      DisplayOrder: i + 1,
      HelpText: [help, fixed(facts)].filter((one) => one !== undefined).join(' '),
      Type: bounds === undefined ? 'Enumeration' : 'Integer',
      DefaultValue: read(facts.initial),
      ReadOnly: fixed(facts) !== undefined,
      ResetRequired: true,
      ...(bounds && { LowerBound: bounds.least, UpperBound: bounds.most, ScalarIncrement: 1 }),
      ...(values && { Value: values(facts).map((value) => ({ ValueName: value, ValueDisplayName: value })) }),
    }
  })
}

function changeable(): undefined {
  return undefined
}

function chosen(value: unknown, settingOf: (word: string) => Partial<MachineSettings>) {
  return typeof value === 'string' ? settingOf(value) : undefined
}

function onOff(on: boolean): string {
  return on ? 'Enabled' : 'Disabled'
}
