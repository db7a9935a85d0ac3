import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What may become part of the files that we publish: its text has to travel with it, and nothing more is asked. */
const permissive = new Set(['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD'])

/** The licences of the packages that `modules` (paths) come from, as one text. Throws where one may not be bundled. */
export function licencesOf(modules) {
  const folders = new Set(modules.map(packageOf).filter((folder) => folder !== undefined))
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    if (!permissive.has(license)) {
      throw new Error(
        `${name} is under ${license}, so it must not be bundled: list it in staysOutside in scripts/build.js`,
      )
    }
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry))
    if (file === undefined) throw new Error(`${folder} has no licence file to pass on: list it in staysOutside`)
    return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
  })
  const line = `\n${'-'.repeat(80)}\n\n`
  return `The files of bmcsim in this folder contain parts of these packages, each under its own licence.\n${line}${texts.join(line)}`
}

/** The folder of the package that a module belongs to; undefined for our own. */
function packageOf(module) {
  const path = module.replace(/^\0/, '').split('?', 1)[0].replaceAll('\\', '/')
  const at = path.lastIndexOf('/node_modules/')
  if (at < 0) return undefined
  const words = path.slice(at + '/node_modules/'.length).split('/')
  const name = words.slice(0, words[0].startsWith('@') ? 2 : 1).join('/')
  return `${path.slice(0, at)}/node_modules/${name}`
}
