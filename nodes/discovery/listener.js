// Stands for xCAT's daemon where there is no xCAT: serves what nodes boot from the network, and gives each node that reports
// the next name of a pool and the settings of its BMC. `node listener.js --help` says how it is started.
import { createReadStream, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { pipeline } from 'node:stream'
import { parseArgs } from 'node:util'

const usage = `Usage: node listener.js --listen ADDRESS:PORT [--pool FILE] --image FOLDER

  --listen   where nodes reach it, such as 10.99.0.1:8080
  --pool     the names to give, one a line (the file "pool" beside this program)
  --image    the folder with vmlinuz and initrd of the test guest (scripts/build-guest prints it)

GET /boot.ipxe, /vmlinuz, /initrd and /genesis are what nodes boot; POST /findme answers a node's report, POST /ready
hears that its BMC is set up; GET /nodes tells what was discovered.
`

const here = import.meta.dirname
const options = optionsOf(process.argv.slice(2))
const [, address, port] = /^(.+):(\d+)$/.exec(options.listen ?? '') ?? []
if (options.help || address === undefined || Number(port) > 65535 || options.image === undefined) {
  ;(options.help ? process.stdout : process.stderr).write(usage)
  process.exit(options.help ? 0 : 2)
}

const pool = textOf(options.pool)
  .split('\n')
  .map((line, i) => ({ words: line.replace(/#.*/, '').trim(), at: `${options.pool}:${i + 1}` }))
  .filter(({ words }) => words !== '')
  .map(({ words, at }) => {
    const [node, bmcip, netmask, gateway, username, password, ...more] = words.split(/\s+/)
    if (password === undefined || more.length > 0) fail(`${at}: wants NAME BMC NETMASK GATEWAY USER PASSWORD`)
    return { node, bmcip, netmask, gateway, username, password }
  })

/** By UUID: a node that reports again is the same node. */
const discovered = new Map()
const base = `http://${options.listen}`
const bootScript = `#!ipxe
kernel ${base}/vmlinuz initrd=initrd console=ttyS0,115200 quiet bmcsim.run=${base}/genesis
initrd ${base}/initrd
boot
`
const files = {
  '/vmlinuz': join(options.image, 'vmlinuz'),
  '/initrd': join(options.image, 'initrd'),
  '/genesis': join(here, 'genesis'),
}

for (const file of Object.values(files)) {
  if (!existsSync(file)) fail(`there is no ${file}; --image wants the folder that scripts/build-guest prints`)
}

function optionsOf(args) {
  try {
    return parseArgs({
      args,
      options: {
        listen: { type: 'string' },
        pool: { type: 'string', default: join(here, 'pool') },
        image: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    process.stderr.write(`listener: ${error.message}\n\n${usage}`)
    process.exit(2)
  }
}

function textOf(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    return fail(`the pool cannot be read: ${error.message}`)
  }
}

function fail(words) {
  console.error(`listener: ${words}`)
  process.exit(1)
}

/** The next free name for whoever reports; undefined where the pool is used up. */
function assign(report) {
  const known = discovered.get(report.uuid)
  if (known !== undefined) return known.settings
  const settings = pool[discovered.size]
  if (settings === undefined) return undefined
  discovered.set(report.uuid, { settings, report, ready: false })
  const { mac, serial, uuid, bmc } = report
  console.log(`${settings.node} discovered: ${mac} serial ${serial} uuid ${uuid}, BMC ${bmc} -> ${settings.bmcip}`)
  return settings
}

function answer(method, path, form) {
  if (method === 'POST' && path === '/findme') {
    const settings = form.uuid && form.mac ? assign(form) : undefined
    if (settings === undefined) return { status: 503, text: 'no name is free\n' }
    return { text: Object.entries(settings).reduce((lines, [key, value]) => `${lines}${key}=${value}\n`, '') }
  }
  if (method === 'POST' && path === '/ready') {
    const known = discovered.get(form.uuid)
    if (known === undefined) return { status: 404, text: 'who?\n' }
    known.ready = true
    console.log(`${known.settings.node} is ready`)
    return { text: 'ok\n' }
  }
  if (method === 'GET' && path === '/boot.ipxe') return { text: bootScript }
  if (method === 'GET' && path === '/nodes') {
    const nodes = [...discovered.values()].map(({ settings: { node, bmcip }, report, ready }) => {
      return { node, bmcip, ...report, ready }
    })
    return { text: `${JSON.stringify(nodes, null, 2)}\n` }
  }
  return { status: 404, text: 'not here\n' }
}

const LONGEST_REPORT = 4096

const server = createServer((request, response) => {
  const { method = '', url = '' } = request
  if (method === 'GET' && files[url] !== undefined) {
    pipeline(createReadStream(files[url]), response, (error) => {
      if (error) console.error(`${url}: ${error.message}`)
    })
    return
  }
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (text) => {
    body = (body + text).slice(0, LONGEST_REPORT)
  })
  request.on('end', () => {
    const { status = 200, text } = answer(method, url, Object.fromEntries(new URLSearchParams(body)))
    response.writeHead(status, { 'content-type': 'text/plain' }).end(text)
  })
})
server.on('error', (error) => fail(error.message))
server.listen(Number(port), address, () => console.log(`listening on ${base}, ${pool.length} names in the pool`))
