// A file of its own in dist/: loaded when the first client of Redfish comes.
export { fastify } from 'fastify'
