import { join, relative } from 'node:path'
import { Command, CommanderError, Option } from 'commander'
import type { LogLevel } from '../base/logger.ts'
import { packageFolder } from '../base/package-folder.ts'
import { didYouMean } from '../config/nearest.ts'
import { type CaptureOptions, capture } from './capture.ts'
import { type ConsoleOptions, openConsole } from './console.ts'
import type { CreateOptions } from './create.ts'
import { down } from './down.ts'
import { ExitCode, UsageError } from './exit-code.ts'
import { err, type Io } from './io.ts'
import type { LearnOptions } from './learn.ts'
import { link } from './link.ts'
import { type MediaOptions, media } from './media.ts'
import { power } from './power.ts'
import { ps } from './ps.ts'
import type { RedfishOptions } from './redfish.ts'
import { report } from './report.ts'
import type { RmOptions } from './rm.ts'
import { type SensorOptions, sensor } from './sensor.ts'
import { SimGroups } from './sim-groups.ts'
import type { SushyEmulatorOptions } from './sushy-emulator.ts'
import type { UpOptions } from './up.ts'
import { version } from './version.ts'
import { type WaitOptions, wait } from './wait.ts'

const overview = `
Start here:
  bmcsim up nodes/demo.yaml             three nodes, each with a BMC; Ctrl-C ends them
  bmcsim power 'cn[01-03]' on           power all three on
  bmcsim console cn01                   what cn01 says; ~. leaves
  ipmitool -I lanplus -H 127.10.0.1 -U admin -P password chassis status

In place of ipmi_sim, with the files as they are:
  bmcsim ipmi-sim -c lan.conf -f ipmisim1.emu -s state -n
  bmcsim ipmi-sim -c nodes/qemu-ipmi    every folder in there with a lan.conf, in one process

Exit status: 0 done, 1 failed, 2 wrong usage or configuration, 3 no lab is running.
"bmcsim help COMMAND" says more about each.
`

const upHelp = `
Runs until Ctrl-C, SIGTERM or "bmcsim down", and stops every VM that it started. Without FILE it takes lab.yaml. Where the lab runs
already, it is changed to what the file says now, and nothing else of it is touched.
What a node keeps (settings changed over IPMI, console output) is in DIR/NODE and survives.

  bmcsim up lab.yaml --check                    only look for mistakes in the file
  bmcsim up lab.yaml --plan                     what it would start, or how a running lab differs from it
  bmcsim up lab.yaml --watch                    change the lab whenever the file is changed
  bmcsim up lab.yaml --ready-file /run/lab.json for scripts: the file appears when every BMC answers
`

const createHelp = `
A number or a name is a node of one of the file's "pools:": 3, 03, vnode3 and vnode03 are the same. They are made anew, all at the
same time, beside the "nodes:" of the file, in the lab where it runs already. Returns when each is ready, or with status 1 when the time is over for one of them; a line
for each tells. They run in the background until "bmcsim rm" or "bmcsim down".

  bmcsim create 3:f39 vnode4 vnode18:u22.04 20
  bmcsim create -f rack.yaml [1-16] --timeout 5m
`

const rmHelp = `
Nodes that were created are gone afterwards; one of the lab file comes back, new, at the next "bmcsim up". Asks before it deletes a
disk; without a terminal it needs --yes. The lab may run or not.

  bmcsim rm vnode03
  bmcsim rm 'vnode[03-05]' --yes
`

const psHelp = `
  bmcsim ps --json | jq -r '.[] | [.name, .bmc.address, .bmc.port] | @tsv'
  bmcsim ps --bmc-id-map > map.json && magellan collect --bmc-id-map @map.json
`

const powerHelp = `
Actions: on, off, cycle, reset, soft (presses the power button), nmi, status.
NODESET is written as in pdsh and ClusterShell: cn01, cn[01-03], cn[1,3-5],login; "all" is every node.
Prints a line "NODE: STATE" for each; the status is 1 when one of them failed.

  bmcsim power 'cn[01-03]' status
  bmcsim power all off
`

const waitHelp = `
GOAL: ready (what "ready:" in the lab file says), power=on, power=off, console=TEXT (said since the machine was started),
ssh (a banner), login=USER (by ssh), tcp=PORT. Ends when all nodes are there, or after the timeout with status 1; a line for each tells.

  bmcsim wait all                                     as long as each node's "ready:" says
  bmcsim wait 'cn[01-03]' --for console=login: --timeout 90s
  bmcsim power all on && bmcsim wait all && ./run-tests
`

const sensorHelp = `
Without NAME it lists all. "set" holds a sensor at a value, in its unit, as if it measured that: thresholds it crosses
are events in the SEL. A sensor of states takes their numbers, as 0,1, or none. "release" lets it go.

  bmcsim sensor cn01 'CPU1 Temp' set 97
  bmcsim sensor cn01 'Drive 1' set 0,1          present, and faulty
  bmcsim sensor cn01 'CPU1 Temp' release
`

const mediaHelp = `
NODESET is as for "power". "insert" puts an image into the drive of the BMC, which every machine has: a file on this machine, or
an http or https URL, which is fetched first. It stays there, off and on again, until "eject". Without either it shows what is in it.
A node boots from it when the BMC is told so:

  bmcsim media cn01 insert installer.iso
  ipmitool -I lanplus -H 127.10.0.1 -U admin -P password chassis bootdev cdrom
  bmcsim power cn01 on
  bmcsim media cn01 eject
`

const emuHelp = `
Words of OpenIPMI's emulator (ipmi_sim): sensor_add, sensor_set_value, sel_add, mc_add, mc_add_fru_data and so on; docs/emu.md
has all of them. Without COMMAND they are asked for, or read line by line from a pipe, which ends at the first mistake.
Ctrl-D or quit leaves. What they do holds until the node ends; events that they cause stay in its SEL.

  bmcsim emu cn01 sensor_set_value 0x20 0 1 0x96 1     sensor 1 of the BMC has 96h, and its events happen
  bmcsim emu cn01 < rack.emu
`

const linkHelp = `
NODESET is as for "power", with :N behind it for one NIC (from 0): cn01, cn01:1, cn[01-03], all. Changes hold until the lab
ends, each way of the cable by itself; up and down are also told to the guest. With none of them it shows the links.
Delay, jitter, loss and rate are there for all but a NIC with a netdev of your own words.

  bmcsim link cn01 down                              pull the cable
  bmcsim link cn01:0 up delay=100ms jitter=10ms      put it back, and make it long
  bmcsim link 'cn[01-03]' loss=1% rate=10M           delay=0 loss=0 rate=none: as at first
`

const captureHelp = `
Everything that the NIC sends and receives, from now on; NODE means its first NIC, NODE:1 the second. FILE is replaced. "-" is
standard output. Ctrl-C ends it.

  bmcsim capture cn01 boot.pcap
  bmcsim capture cn01:1 - | tcpdump -n -r -
`

const consoleHelp = `
Shows what the console said so far, then joins it live. Several may watch and type, beside serial-over-LAN.
At the start of a line: ~. leaves, ~B sends a break, ~? helps, ~~ types a ~.
With pipes it works for scripts: bytes go through unchanged and no escape is looked for.

  bmcsim console cn01 --print | tail            what it said, and done
  timeout 60 bmcsim console cn01 --no-backlog < /dev/null > boot.log
`

const redfishHelp = `
  bmcsim redfish --mockup rack7 &
  curl http://127.0.0.1:8000/redfish/v1/
`

const sushyHelp = `
Every node is a system, with a manager and a chassis, by its UUID or its name: http://127.0.0.1:8000/redfish/v1/Systems/cn01.
The nodes are those of a lab file, or SUSHY_EMULATOR_FAKE_SYSTEMS. What of the configuration means nothing here is named.

  bmcsim sushy-emulator --config emulator.conf lab.yaml
`

const learnHelp = `
Follows every link from the service root on, with GET alone. What cannot be read is named and left out.

  bmcsim learn https://10.1.2.3 rack7 -u admin --password-file pw --insecure
  bmcsim redfish --mockup rack7
`

const simHelp = `
Takes ipmi_sim's flags. -c may be given several times, each followed by its own -f, -x and -s: one process runs them
all. A folder as -c stands for itself and every folder in it with a lan.conf (and one .emu file), and relative paths
in those files start from there; with a plain file they start from where you are, as with ipmi_sim.
State is kept in DIR/ipmi_sim/NAME. There is no emulator console on stdin, with or without -n: see "bmcsim emu".

  bmcsim ipmi-sim -c lan.conf -f ipmisim1.emu -s run/bmc-stat-dir -n -d
  bmcsim ipmi-sim -c HN -c CN1 -c CN2 -s state
`

/** Runs one command line; the result is the exit status. Nothing here ends the process. */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  let status: number = ExitCode.ok
  const program = build(io, (code) => {
    status = code
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
    return status
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? ExitCode.ok : ExitCode.usage
    const { text, code } = report(error, asksForDebug(argv))
    err(io, text)
    return code
  }
}

function asksForDebug(argv: readonly string[]): boolean {
  return argv.some((word, i) => word === '--log-level=debug' || (word === 'debug' && argv[i - 1] === '--log-level'))
}

function build(io: Io, done: (code: number) => void): Command {
  const program = new Command('bmcsim')
    .description(
      'A management controller (BMC) for every virtual machine: IPMI over LAN, serial-over-LAN, Redfish, QEMU.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'say what can be done')
    .helpCommand(false)
    .addHelpText('after', overview)
    .showHelpAfterError('(see bmcsim --help)')
    .exitOverride()
    .configureOutput({ writeOut: (text) => io.stdout.write(text), writeErr: (text) => io.stderr.write(text) })

  const state = () => new Option('--state <dir>', 'which lab, when several run (or BMCSIM_STATE)')
  const json = () => new Option('--json', 'print JSON')
  const logLevel = () =>
    new Option('--log-level <level>', 'log to stderr, one line of JSON an entry').choices([
      'debug',
      'info',
      'warn',
      'error',
      'silent',
    ] satisfies LogLevel[])

  const keyFile = () =>
    new Option(
      '--key-file <file>',
      'seal passwords on disk with this key (default: in the state folder; or BMCSIM_KEY_FILE), or "none"',
    )

  const workers = () => new Option('--workers <n>', 'spread the nodes over so many threads (default: 0, one for all)')

  sub(program, 'up')
    .description('start the nodes of a lab file and run in the foreground')
    .argument('[file]', 'lab file (default: lab.yaml)')
    .option('--state <dir>', 'keep state here (default: a folder of its own in ~/.local/state/bmcsim)')
    .option('--ready-file <file>', 'write this file, with what "ps --json" prints, when every BMC answers')
    .option('--personality <name>', 'what nodes are that do not say (see "bmcsim personalities")')
    .option('--check', 'read the file, report every mistake, start nothing')
    .addOption(new Option('--create <nodes>', 'nodes of pools').hideHelp())
    .option('--watch', 'follow the file: what is changed in it is changed in the lab')
    .option('--plan', 'show what would be started, or how the file differs from what runs; start nothing')
    .addOption(keyFile())
    .addOption(workers())
    .addOption(json())
    .addOption(logLevel())
    .addHelpText('after', upHelp)
    .action(async (file: string | undefined, options: UpOptions) => {
      // Loaded only here: ps and its like need no BMC, and should answer at once.
      const { up } = await import('./up.ts')
      done(await up(io, file, options, demoFile(io)))
    })

  sub(program, 'create')
    .description("make nodes of a lab file's pools in the background; return when they are ready")
    .argument('<nodes...>', 'numbers or names, an image behind a colon: 3:f39 vnode4 [5-7]')
    .option('-f, --file <file>', 'lab file', 'lab.yaml')
    .option('--timeout <time>', "how long to wait, as 90s (default: the node's own, else 2m)")
    .option('--state <dir>', 'keep state here (default: a folder of its own in ~/.local/state/bmcsim)')
    .option('--personality <name>', 'what nodes are that do not say (see "bmcsim personalities")')
    .addOption(keyFile())
    .addOption(json())
    .addHelpText('after', createHelp)
    .action(async (words: string[], options: CreateOptions) => {
      const { create } = await import('./create.ts')
      done(await create(io, words, options))
    })

  sub(program, 'rm')
    .description('end nodes and remove what they kept, disks included')
    .argument('<nodesets...>', 'nodes, as vnode[03-05]')
    .option('-y, --yes', 'do not ask before disks are deleted')
    .option('-f, --file <file>', 'of the lab of this file (default: the lab that runs, else lab.yaml)')
    .addOption(json())
    .addOption(state())
    .addHelpText('after', rmHelp)
    .action(async (nodeSets: string[], options: RmOptions) => {
      const { rm } = await import('./rm.ts')
      done(await rm(io, nodeSets, options))
    })

  sub(program, 'ps')
    .description('list the nodes of the running lab')
    .addOption(json())
    .option('--bmc-id-map', "print the xnames of the BMCs by their addresses, for OpenCHAMI's magellan")
    .addOption(state())
    .addHelpText('after', psHelp)
    .action(async (options) => done(await ps(io, options)))

  sub(program, 'power')
    .description('power nodes on, off and so on, or ask')
    .argument('<nodeset>', 'nodes, as cn[01-03]')
    .argument('<action>', 'on, off, cycle, reset, soft, nmi or status')
    .addOption(json())
    .addOption(state())
    .addHelpText('after', powerHelp)
    .action(async (nodes: string, action: string, options) => done(await power(io, nodes, action, options)))

  sub(program, 'wait')
    .description('wait until nodes are ready, or until something else holds')
    .argument('<nodeset>', 'nodes, as cn[01-03]')
    .option('--for <goal>', 'ready, power=on, power=off, console=TEXT, ssh, login=USER or tcp=PORT', 'ready')
    .option('--timeout <time>', "how long, as 90s (default: the node's own, else 2m)")
    .addOption(json())
    .addOption(state())
    .addHelpText('after', waitHelp)
    .action(async (nodes: string, options: WaitOptions) => done(await wait(io, nodes, options)))

  sub(program, 'sensor')
    .description("show a node's sensors, or hold one at a value")
    .argument('<node>', 'its name')
    .argument('[name]', 'a sensor')
    .argument('[verb]', 'set or release')
    .argument('[value]', 'what it shows from now on')
    .addOption(json())
    .addOption(state())
    .addHelpText('after', sensorHelp)
    .action(async (node: string, name: string, verb: string, value: string, options: SensorOptions) =>
      done(await sensor(io, node, name, verb, value, options)),
    )

  sub(program, 'media')
    .description('show what is in the virtual drive of nodes, put an image in, or take it out')
    .argument('<nodeset>', 'which nodes')
    .argument('[verb]', 'insert or eject')
    .argument('[image]', 'file or URL')
    .option('--drive <id>', 'which drive, where a node has two (default: the first)')
    .option('--writable', 'the guest may write to it, in a drive for USB sticks')
    .addOption(json())
    .addOption(state())
    .addHelpText('after', mediaHelp)
    .action(async (nodes: string, verb: string, image: string, options: MediaOptions) =>
      done(await media(io, nodes, verb, image, options)),
    )

  sub(program, 'emu')
    .description("give commands of ipmi_sim's emulator to a running node")
    .argument('<node>', 'its name')
    .argument('[command...]', 'one command; without it they are asked for')
    .addOption(state())
    .addHelpText('after', emuHelp)
    .action(async (node: string, words: string[], options: { state?: string }) => {
      const { emu } = await import('./emu.ts')
      done(await emu(io, node, words, options))
    })

  sub(program, 'console')
    .description("join a node's serial console")
    .argument('<node>', 'its name')
    .option('--no-backlog', 'start with what it says from now on')
    .option('--print', 'print what it said so far and leave')
    .option('-e, --escape <character>', 'another character than ~, or none', '~')
    .addOption(state())
    .addHelpText('after', consoleHelp)
    .action(async (node: string, options: ConsoleOptions) => done(await openConsole(io, node, options)))

  sub(program, 'link')
    .description("show the links of nodes' network cards, or change them")
    .argument('[nodeset]', 'nodes, as cn[01-03], or one NIC, as cn01:0', 'all')
    .argument('[change...]', 'up, down, delay=100ms, jitter=10ms, loss=1%, rate=10M')
    .addOption(json())
    .addOption(state())
    .addHelpText('after', linkHelp)
    .action(async (nodes: string, words: string[], options) => done(await link(io, nodes, words, options)))

  sub(program, 'capture')
    .description('write what goes through a network card to a pcap file')
    .argument('<nic>', 'a node, or one of its NICs as cn01:1')
    .argument('<file>', 'the pcap file, or - for standard output')
    .option('-n, --count <n>', 'end after so many frames')
    .addOption(state())
    .addHelpText('after', captureHelp)
    .action(async (nic: string, file: string, options: CaptureOptions) => done(await capture(io, nic, file, options)))

  sub(program, 'down')
    .description('stop the running lab and everything it started')
    .addOption(json())
    .addOption(state())
    .action(async (options) => done(await down(io, options)))

  sub(program, 'commands')
    .description('list the IPMI commands: which a BMC here answers, and why not the others')
    .addOption(json())
    .option('--markdown', 'print a Markdown table')
    .action(async (options) => {
      const { commands } = await import('./commands.ts')
      done(commands(io, options))
    })

  sub(program, 'schema')
    .description('print the JSON Schema of a lab file, for editors')
    .action(async () => {
      const { schema } = await import('./schema.ts')
      done(schema(io))
    })

  sub(program, 'personalities')
    .description('list the kinds of servers that a node can be')
    .addOption(json())
    .action(async (options) => {
      const { personalities } = await import('./personalities.ts')
      done(personalities(io, options))
    })

  addRedfish(program, io, done, [logLevel()])
  addIpmiSim(program, io, done, [keyFile(), workers(), json(), logLevel()])
  sub(program, 'help')
    .description('say more about a command')
    .argument('[command]', 'its name')
    .action((name?: string) => helpOf(program, name).outputHelp())
  return program
}

function addRedfish(program: Command, io: Io, done: (code: number) => void, shared: Option[]): void {
  const command = sub(program, 'redfish')
    .description('serve a folder with a Redfish mockup, to be read alone')
    .requiredOption('--mockup <folder>', "in the DMTF's form: index.json in a folder for each path")
    .option('--address <address>', 'where', '127.0.0.1')
    .option('--port <n>', 'TCP port; 0 for any that is free', '8000')
    .option('--https', 'with a certificate that is made for it')
    .addHelpText('after', redfishHelp)
    .action(async (options: RedfishOptions) => {
      const { redfish } = await import('./redfish.ts')
      done(await redfish(io, options))
    })
  for (const option of shared) command.addOption(option)

  sub(program, 'sushy-emulator')
    .description("run a lab whose nodes have one Redfish, as sushy-tools' emulator would")
    .argument('[file]', 'lab file; none where the configuration has fake systems')
    .option('--config <file>', "sushy-tools' configuration")
    .option('-i, --interface <address>', 'in place of SUSHY_EMULATOR_LISTEN_IP')
    .option('-p, --port <n>', 'in place of SUSHY_EMULATOR_LISTEN_PORT')
    .option('--state <dir>', 'where the lab keeps its state')
    .option('--ready-file <path>', 'appears when everything answers')
    .addHelpText('after', sushyHelp)
    .action(async (file: string | undefined, options: SushyEmulatorOptions) => {
      const { sushyEmulator } = await import('./sushy-emulator.ts')
      done(await sushyEmulator(io, file, options, demoFile(io)))
    })

  sub(program, 'learn')
    .description('read a Redfish service into a folder, as a mockup')
    .argument('<url>', 'of the service, such as https://127.10.0.1')
    .argument('<folder>', 'that is not there yet')
    .option('-u, --user <name>', 'a user of the service')
    .option('-p, --password <password>', 'of that user (or BMCSIM_PASSWORD)')
    .option('--password-file <file>', 'a file with the password')
    .option('--ca <file>', 'who vouches for its certificate (PEM)')
    .option('--insecure', 'take its certificate as it is')
    .addHelpText('after', learnHelp)
    .action(async (url: string, folder: string, options: LearnOptions) => {
      const { learn } = await import('./learn.ts')
      done(await learn(io, url, folder, options))
    })
}

function addIpmiSim(program: Command, io: Io, done: (code: number) => void, shared: Option[]): void {
  const groups = new SimGroups()
  const collect = (take: (value: string) => void) => (value: string) => {
    take(value)
    return value
  }
  const command = sub(program, 'ipmi-sim')
    .description("run OpenIPMI's lan.conf files as they are, in place of ipmi_sim")
    .option(
      '-c, --config-file <path>',
      'lan.conf, or a folder',
      collect((value) => groups.config(value)),
    )
    .option(
      '-f, --command-file <path>',
      'emulator file (.emu) of the -c before it',
      collect((value) => groups.emulator(value)),
    )
    .option(
      '-x, --command-string <text>',
      'one more emulator command',
      collect((value) => groups.emulatorString(value)),
    )
    .option(
      '-s, --state-dir <dir>',
      'keep state here (default: ~/.local/state/bmcsim)',
      collect((value) => groups.state(value)),
    )
    .option('-d, --debug', 'debug logging to stderr; more than once is the same')
    .option('-n, --nostdio', 'no console on stdin (there is none anyway)')
    .option('-p, --nopersist', 'keep nothing on disk')
    .option('-v, --version', 'print the version')
    .option('--ready-file <file>', 'write this file when every BMC answers')
  for (const option of shared) command.addOption(option)
  command.addHelpText('after', simHelp).action(async (options) => {
    const { ipmiSim } = await import('./ipmi-sim.ts')
    done(
      await ipmiSim(io, {
        groups: groups.done(),
        debug: options.debug ?? false,
        noStdio: options.nostdio ?? false,
        noPersist: options.nopersist ?? false,
        version: options.version ?? false,
        readyFile: options.readyFile,
        json: options.json,
        logLevel: options.logLevel,
        keyFile: options.keyFile,
        workers: options.workers,
      }),
    )
  })
}

function helpOf(program: Command, name: string | undefined): Command {
  const found = name === undefined ? program : program.commands.find((one) => one.name() === name)
  if (found !== undefined) return found
  const names = program.commands.map((one) => one.name())
  throw new UsageError(`there is no command ${name}${didYouMean(name ?? '', names)} (see bmcsim --help)`)
}

/** A subcommand that errs and prints the way its parent does. */
function sub(program: Command, name: string): Command {
  return program
    .command(name)
    .helpOption('-h, --help', 'say what can be done')
    .showHelpAfterError(`(see bmcsim help ${name})`)
}

/** The lab file that comes with the package, as short as it can be written from here. */
function demoFile(io: Io): string {
  const path = join(packageFolder, 'nodes', 'demo.yaml')
  const short = relative(io.cwd, path)
  return short.startsWith('..') ? path : short
}
