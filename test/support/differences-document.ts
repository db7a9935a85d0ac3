import type { Group, Step } from './scenario.ts'
import type { Outcome } from './two-simulators.ts'

const begin = '<!-- begin: written by CAPTURE=1 npx vitest run --project clients ipmi-sim-differences -->\n'
const end = '<!-- end -->\n'

/** The document with what stands between its marks written anew. */
export function withDifferences(
  text: string,
  groups: readonly Group[],
  outcomes: readonly (readonly Outcome[])[],
): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error('the document has no marks to write between')
  return text.slice(0, from + begin.length) + tables(groups, outcomes) + text.slice(to)
}

function tables(groups: readonly Group[], outcomes: readonly (readonly Outcome[])[]): string {
  const all = outcomes.flat()
  const alike = all.filter(isAlike).length
  const head = `\n${all.length} steps: ${alike} answered alike, ${all.length - alike} not.\n`
  return head + groups.map((group, i) => tableOf(group.title, outcomes[i])).join('')
}

function tableOf(title: string, outcomes: readonly Outcome[]): string {
  const different = outcomes.filter((outcome) => !isAlike(outcome))
  const alike = outcomes.filter(isAlike)
  return [
    `\n### ${title}\n\n`,
    different.length === 0 ? '' : '| asked | request | ipmi_sim | bmcsim | why |\n| --- | --- | --- | --- | --- |\n',
    ...different.map(row),
    different.length === 0 || alike.length === 0 ? '' : '\n',
    alike.length === 0 ? '' : `Alike: ${alike.map(({ step }) => nameOf(step)).join('; ')}.\n`,
  ].join('')
}

function row({ step, theirs, ours }: Outcome): string {
  const [them, us] = step.run === undefined ? [theirs, ours] : [without(theirs, ours), without(ours, theirs)]
  const cells = [nameOf(step), code(requestOf(step)), code(them), code(us), `${step.differs ?? ''} (${section(step)})`]
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
}

/** Of a printed text the lines that the other does not have. */
function without(text: string, other: string): string {
  const others = new Set(other.split(' / '))
  const own = text.split(' / ').filter((line) => !others.has(line))
  return own.length === 0 ? 'nothing more' : own.join(' / ')
}

function isAlike({ theirs, ours }: Outcome): boolean {
  return theirs === ours
}

function nameOf({ name, as }: Step): string {
  return as === 'ipmiusr' || /as an? (user|operator)/.test(name)
    ? name
    : `${name}, as ${as === 'oper' ? 'an operator' : 'a user'}`
}

function requestOf({ raw, run, lun }: Step): string {
  if (raw === undefined) return `ipmitool ${run}`
  return lun === 0 ? raw : `${raw} (LUN ${lun})`
}

function section({ spec }: Step): string {
  return /^\d/.test(spec) ? `§${spec}` : spec
}

/** Long texts of ipmitool are cut: the table says what differs, not all that was printed. */
function code(text: string): string {
  const cut = text.length > 160 ? `${text.slice(0, 157)}...` : text
  return `\`${cut.replaceAll('`', "'")}\``
}
