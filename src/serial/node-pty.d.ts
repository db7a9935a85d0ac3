/**
 * node-pty is optional: where it could not be compiled its own types are missing too, and the build must not need them.
 * What this project takes from it is read, with checks, in pty-port.ts.
 */
declare module 'node-pty' {
  const pty: object
  export = pty
}
