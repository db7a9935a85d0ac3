#!/usr/bin/env node
import Module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { hasKeptCode, runKept } from './base/kept-code.ts'

/** The rest of src/, as the build makes it: one file that starts with `main` of cli/. */
const program = join(import.meta.dirname, 'program.cjs')
const { main }: typeof import('./cli/main.ts') = hasKeptCode(program) ? runKept(program).module.exports : required()

await main()

/** From Node 22.8 on, Node keeps code by itself, of what it loads in its own way. */
function required() {
  const { enableCompileCache }: { createRequire: unknown; enableCompileCache?(folder: string): unknown } = Module
  enableCompileCache?.(join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'bmcsim', 'code'))
  return createRequire(import.meta.url)(program)
}
