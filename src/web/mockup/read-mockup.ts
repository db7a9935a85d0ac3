import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { messageOf, SetupError } from '../../base/errors.ts'
import type { MockupContent } from '../../redfish/mockup.ts'
import { type Body, isBody } from '../../redfish/request.ts'

/**
 * A folder in the DMTF's form (DSP2043): what is at a path is in `PATH/index.json`, `$metadata` in `index.xml`. It begins at `/`, or at
 * `/redfish/v1`. All of it is read at once, so that no request can ask for another file, and every mistake is told before anything is served.
 */
export function readMockup(folder: string): MockupContent {
  if (!(statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false)) {
    throw new SetupError(
      `${folder} is no folder. Name one with a Redfish mockup, or make one: bmcsim learn URL ${folder}`,
    )
  }
  const above = existsSync(join(folder, 'redfish')) ? '' : '/redfish/v1'
  const content = new Map<string, Body | string>()
  const wrong: string[] = []
  for (const file of filesIn(folder)) {
    const parts = relative(folder, file).split(sep)
    const name = parts.pop()
    const path = `${above}${parts.map((part) => `/${decoded(part)}`).join('')}`
    if (name === 'index.xml') content.set(path, readFileSync(file, 'utf8'))
    else if (name === 'index.json') {
      const body = bodyIn(file)
      if (typeof body === 'string') wrong.push(body)
      else content.set(path, body)
    }
  }
  if (wrong.length > 0) throw new SetupError(wrong.join('\n'))
  if (!content.has('/redfish/v1')) {
    throw new SetupError(`${folder} is no Redfish mockup: there is neither redfish/v1/index.json nor index.json in it`)
  }
  return content
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
}

/** The object in a file, or what is wrong with it. */
function bodyIn(file: string): Body | string {
  try {
    const body: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''))
    return isBody(body) ? body : `${file} is no JSON object`
  } catch (error) {
    return `${file} is not JSON: ${messageOf(error)}`
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}
