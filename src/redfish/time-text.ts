/** A time as Redfish writes it (DSP0266 §9.5.6): to the second, in UTC. */
export function timeText(unixMs: number): string {
  return `${new Date(unixMs).toISOString().slice(0, 19)}Z`
}
