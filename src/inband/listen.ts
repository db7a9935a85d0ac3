import { promises as dns } from 'node:dns'
import { chmodSync, unlinkSync } from 'node:fs'
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net'
import { errnoOf, messageOf, SetupError } from '../base/errors.ts'

/** Where VMs connect to: a socket file, or a TCP port on every address that the host name stands for. */
export type Listen = { readonly path: string } | { readonly host: string; readonly port: number }

/** A unix socket's name is copied into a field of 108 bytes (unix(7)); a longer one would be cut in silence. */
const PATH_LIMIT = 107

export interface Welcome {
  readonly accept: (socket: Socket) => void
  /** An open listener failed to take a connection (no descriptors left, for one); it goes on listening. */
  readonly failed: (error: Error) => void
}

export async function listenOn(listen: Listen, welcome: Welcome): Promise<Server[]> {
  return 'path' in listen ? [await listenOnPath(listen.path, welcome)] : await listenOnHost(listen, welcome)
}

async function listenOnPath(path: string, welcome: Welcome): Promise<Server> {
  if (Buffer.byteLength(path) > PATH_LIMIT) {
    throw new SetupError(`the socket path ${path} is longer than ${PATH_LIMIT} bytes; choose a shorter state folder`)
  }
  const server = await opened({ path }, welcome).catch(async (error: unknown) => {
    if (errnoOf(error) !== 'EADDRINUSE') throw refused(path, error)
    if (await answers(path)) throw refused(path, error)
    // Left behind by a process that was killed: nobody listens behind the name.
    unlinkSync(path)
    return opened({ path }, welcome).catch((again: unknown) => Promise.reject(refused(path, again)))
  })
  chmodSync(path, 0o600)
  return server
}

/**
 * QEMU tries every address of a name, 127.0.0.1 and ::1 for `localhost`, so we listen on all of them. An address
 * family that this machine has switched off is passed over as long as one works.
 */
async function listenOnHost({ host, port }: { host: string; port: number }, welcome: Welcome): Promise<Server[]> {
  const found = await dns.lookup(host, { all: true }).catch((error: unknown) => {
    const why = `the VM link cannot listen on "${host}": ${messageOf(error)}`
    throw new SetupError(`${why}; write an address of this machine instead`, { cause: error })
  })
  const servers: Server[] = []
  let absent: unknown
  for (const address of new Set(found.map((each) => each.address))) {
    try {
      servers.push(await opened({ host: address, port: portOf(servers[0]) ?? port }, welcome))
    } catch (error) {
      const errno = errnoOf(error)
      absent = error
      if (errno === 'EADDRNOTAVAIL' || errno === 'EAFNOSUPPORT') continue
      for (const server of servers) server.close()
      throw refused(`${address} port ${port}`, error)
    }
  }
  if (servers.length === 0) throw refused(`${host} port ${port}`, absent)
  return servers
}

function opened(options: ListenOptions, welcome: Welcome): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(welcome.accept)
    server.once('error', reject)
    server.listen(options, () => {
      server.off('error', reject)
      server.on('error', welcome.failed)
      resolve(server)
    })
  })
}

/** The port that the first address got, for the others: 0 is a different one each time. */
function portOf(server: Server | undefined): number | undefined {
  const at = server?.address()
  return typeof at === 'object' && at !== null ? at.port : undefined
}

/** Whether somebody accepts connections at `path`. */
function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    const done = (there: boolean) => {
      socket.destroy()
      resolve(there)
    }
    socket.once('connect', () => done(true))
    socket.once('error', (error) => done(errnoOf(error) === 'EAGAIN'))
  })
}

function refused(where: string, error: unknown): SetupError {
  const said: Record<string, string> = {
    EADDRINUSE: 'it is in use; end the other program (ipmi_sim, or a second bmcsim) or choose another',
    EACCES: 'permission denied; choose a port above 1023 or a folder that you may write to',
    EADDRNOTAVAIL: 'this machine does not have that address; give it to an interface or choose another',
    ENOENT: 'the folder is not there; create it first',
  }
  const why = said[errnoOf(error) ?? ''] ?? messageOf(error)
  return new SetupError(`the VM link cannot listen on ${where}: ${why}`, { cause: error })
}
