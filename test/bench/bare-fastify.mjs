// The least that a GET over HTTPS costs with Fastify: one route, one answer. bare-fastify.mjs FOLDER HOST PORT PATH, the answer and the
// certificate in FOLDER.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fastify } from 'fastify'

const [, , folder, host, port, path] = process.argv
const read = (name) => readFileSync(join(folder, name))
const answer = JSON.parse(read('answer.json'))
const app = fastify({ https: { key: read('https.key'), cert: read('https.pem') } })
app.get(path, async () => answer)
await app.listen({ host, port: Number(port) })
