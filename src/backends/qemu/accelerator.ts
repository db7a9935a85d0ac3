import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import type { Clock } from '../../base/clock.ts'
import type { Logger } from '../../base/logger.ts'
import type { Accelerator } from './options.ts'

/** One question to this computer, asked once a process: the answer is the same for every VM. */
const answers = new Map<string, Promise<Accelerator>>()

/**
 * KVM only where a VM is seen to boot with it. That /dev/kvm exists, opens and lets a paused VM start says little: under
 * some hypervisors it is a software imitation, slower than TCG, in which iPXE crashes. A lab file overrules the probe
 * with `accel: kvm` or `accel: tcg`.
 */
export function chooseAccelerator(program: string, clock: Clock, log: Logger): Promise<Accelerator> {
  const known = answers.get(program)
  if (known) return known
  const answer = probeKvm(program, clock).then((works) => {
    const how = 'to choose it yourself, write `accel: kvm` or `accel: tcg` for the node'
    if (works) log.info({ program }, `KVM boots a VM here and is used; ${how}`)
    else log.info({ program }, `KVM is missing or does not boot a VM here, TCG is used; ${how}`)
    return works ? 'kvm' : 'tcg'
  })
  answers.set(program, answer)
  return answer
}

const probeMs = 5000

/** Boots SeaBIOS and iPXE from a NIC on no network; true when iPXE gives its prompt, or ends its work, in time. */
function probeKvm(program: string, clock: Clock): Promise<boolean> {
  if (!mayUseKvm()) return Promise.resolve(false)
  return new Promise((resolve) => {
    const child = spawn(program, probeArguments, { stdio: ['pipe', 'pipe', 'ignore'] })
    let seen = ''
    let pressed = false
    let answered = false
    const answer = (works: boolean) => {
      if (answered) return
      answered = true
      timer.cancel()
      child.kill('SIGKILL')
      resolve(works)
    }
    const timer = clock.after(probeMs, () => answer(false))
    child.once('error', () => answer(false))
    child.once('exit', () => answer(false))
    child.stdin.on('error', () => answer(false))
    child.stdout.on('data', (bytes: Buffer) => {
      seen = (seen + bytes.toString('latin1')).slice(-8192)
      if (!pressed && seen.includes('Ctrl-B')) {
        pressed = true
        child.stdin.write('\x02')
      }
      if (pressed && /iPXE>|No bootable/.test(withoutEscapes(seen))) answer(true)
    })
  })
}

const probeArguments: readonly string[] = [
  ...['-nodefaults', '-no-user-config', '-display', 'none', '-machine', 'pc,graphics=off', '-m', '32'],
  // A crash of the guest ends the probe at once.
  ...['-accel', 'kvm', '-cpu', 'host', '-no-reboot', '-serial', 'stdio'],
  ...['-netdev', 'hubport,id=net0,hubid=0', '-device', 'e1000,netdev=net0,bootindex=1'],
]

function mayUseKvm(): boolean {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/** Without the cursor movements (ECMA-48 CSI) that SeaBIOS puts between the letters of a line. */
function withoutEscapes(text: string): string {
  return text.replaceAll(`${String.fromCharCode(0x1b)}[`, '\0').replace(/\0[0-9;?]*[@-~]/g, '')
}
