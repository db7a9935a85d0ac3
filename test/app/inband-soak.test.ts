import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ipmiSim } from '../support/bmcsim.ts'
import { RemoteConsole } from '../support/remote-console.ts'
import { tempFolder } from '../support/temp-folder.ts'
import { unusedAddress } from '../support/unused-address.ts'
import { unusedPort } from '../support/unused-port.ts'
import { type WireMessage, wireMessage } from '../support/vm-wire.ts'
import { WireVm } from '../support/wire-vm.ts'

/** All of the soak by hand: `SOAK=100000 npx vitest run test/app/inband-soak.test.ts`. */
const size = Number(process.env.SOAK ?? 20_000)

/** A request, and every byte of its answer from the completion code on. */
interface Question {
  readonly netFn: number
  readonly cmd: number
  readonly data: readonly number[]
  readonly answer: readonly number[]
}

const entries = 64

/** The n-th of many questions, next to each other never the same, whose answers tell which was asked. */
type Ask = (n: number) => Question

/** Fills the SEL, so that every entry is one of a kind, and learns the FRU as a whole. */
async function prepare(console: RemoteConsole): Promise<Ask> {
  const ok = async (netFn: number, cmd: number, data: readonly number[]) => {
    const said = [...((await console.command(netFn, cmd, data)) ?? [])]
    expect(said[0]).toBe(0)
    return said.slice(1)
  }
  const deviceId = await ok(0x06, 0x01, [])
  const ids: number[][] = []
  for (let n = 0; n < entries; n++) ids.push(await ok(0x0a, 0x44, [0, 0, 0xe0, ...new Array(13).fill(n)]))
  const records: number[][] = []
  for (const id of ids) records.push(await ok(0x0a, 0x43, [0, 0, ...id, 0, 0xff]))
  const [low, high] = await ok(0x0a, 0x10, [0])
  const fru: number[] = []
  for (let at = 0; at < Math.min(low + high * 256, 128); at += 16) {
    fru.push(...(await ok(0x0a, 0x11, [0, at, 0, 16])).slice(1))
  }
  return (n) => {
    switch (n % 4) {
      case 0:
        return { netFn: 0x06, cmd: 0x01, data: [], answer: [0, ...deviceId] }
      case 1:
        return { netFn: 0x06, cmd: 0x01, data: [n & 0xff], answer: [0xc7] }
      case 2: {
        const which = (n * 7) % entries
        return { netFn: 0x0a, cmd: 0x43, data: [0, 0, ...ids[which], 0, 0xff], answer: [0, ...records[which]] }
      }
      default: {
        const [at, count] = [(n * 5) % (fru.length - 32), 1 + (n % 31)]
        return { netFn: 0x0a, cmd: 0x11, data: [0, at, 0, count], answer: [0, count, ...fru.slice(at, at + count)] }
      }
    }
  }
}

function wire(n: number, { netFn, cmd, data, answer }: Question): { request: WireMessage; answer: WireMessage } {
  const seq = n & 0xff
  return {
    request: { seq, netFnLun: netFn << 2, cmd, data },
    answer: { seq, netFnLun: (netFn + 1) << 2, cmd, data: answer },
  }
}

/** Of requests one after another, with nothing else to do; shortest first. */
async function answerTimes(vm: WireVm, ask: Ask): Promise<number[]> {
  const times: number[] = []
  for (let n = 0; n < 1000; n++) {
    const { request, answer } = wire(n, ask(n))
    const since = performance.now()
    vm.send(wireMessage(request))
    const heard = await vm.answers(1)
    times.push(performance.now() - since)
    expect(heard).toEqual([answer])
  }
  return times.sort((a, b) => a - b)
}

async function login(address: string): Promise<RemoteConsole> {
  const console = await RemoteConsole.open({ address, port: 623 })
  expect(await console.login('ipmiusr', 'test')).toBe(0)
  expect([...((await console.command(0x06, 0x3b, [4])) ?? [])]).toEqual([0, 4])
  return console
}

test(
  `${size} requests of a guest beside load on the LAN: each has its own answer`,
  async () => {
    const folder = tempFolder()
    const [host, port] = [await unusedAddress(), await unusedPort()]
    const conf = join(folder, 'lan.conf')
    const lan = `startlan 1\n  addr ${host} 623\n  priv_limit admin\n  allowed_auths_admin md5\nendlan\n`
    const user = 'user 2 true "ipmiusr" "test" admin 10\n'
    writeFileSync(conf, `name "soak"\n${lan}serial 15 127.0.0.1 ${port} codec VM\n${user}`)
    const env = { BMCSIM_RUN_DIR: join(folder, 'run') }
    const sim = await ipmiSim(['-c', conf, '-s', join(folder, 'state'), '-n'], /soak: answers/, { env })

    const vm = new WireVm({ host: '127.0.0.1', port })
    const consoles = [await login(host), await login(host)]
    const ask = await prepare(consoles[0])
    const alone = await answerTimes(vm, ask)
    // A machine with other work to do lets some of them wait.
    expect(alone[Math.floor(alone.length / 10)], 'the time of the fastest tenth, in ms').toBeLessThan(1)
    let done = false
    const load = consoles.map(async (console) => {
      let asked = 0
      for (; !done; asked++) {
        const { netFn, cmd, data, answer } = ask(asked)
        expect([...((await console.command(netFn, cmd, data)) ?? [])]).toEqual(answer)
      }
      return asked
    })

    // One at a time as QEMU does it, then two together, and so on: what is not lost there is lost nowhere.
    for (let n = 0, together = 1; n < size; n += together, together = (together % 8) + 1) {
      const wanted = Array.from({ length: together }, (_, i) => wire(n + i, ask(n + i)))
      vm.send(wanted.flatMap(({ request }) => wireMessage(request)))
      const heard = await vm.answers(together)
      const answers = wanted.map(({ answer }) => answer)
      // Only what differs is worth the time that a whole comparison takes.
      if (JSON.stringify(heard) !== JSON.stringify(answers)) expect(heard, `request ${n}`).toEqual(answers)
    }
    done = true
    const onTheLan = await Promise.all(load)
    for (const asked of onTheLan) expect(asked).toBeGreaterThan(100)

    for (const console of consoles) console.close()
    vm.end()
    expect(await sim.stop('SIGINT')).toBe(0)
  },
  Math.max(300_000, size * 15),
)
