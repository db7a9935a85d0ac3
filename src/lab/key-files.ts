import { stateFileIn } from '../app/make-node.ts'
import type { Random } from '../base/random.ts'
import type { SecretBox } from '../base/secret-box.ts'
import { openKeyFile } from './key-file.ts'
import type { PlannedNode } from './plan.ts'

/** Each key file once, before any node looks into its state; one that is not there is made. */
export function openKeyFiles(planned: readonly PlannedNode[], random: Random): ReadonlyMap<string, SecretBox> {
  const states = new Map<string, string[]>()
  for (const { folder, keyFile } of planned) {
    if (keyFile === undefined || folder === undefined) continue
    const files = states.get(keyFile)
    if (files === undefined) states.set(keyFile, [stateFileIn(folder)])
    else files.push(stateFileIn(folder))
  }
  return new Map([...states].map(([path, files]) => [path, openKeyFile(path, files, random)]))
}
