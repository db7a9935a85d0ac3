/** An event of the BMC itself (IPMI 2.0 §29.7, Table 29-6): which sensor, what kind, and its three data bytes. */
export interface BmcEvent {
  readonly sensorType: number
  readonly sensorNumber: number
  /** Event/reading type: 6Fh means that the offsets are those of the sensor type (§42.1). */
  readonly eventType: number
  readonly deasserted?: boolean
  readonly data: readonly [number, number, number]
}

/** Where events go: a log that keeps them. */
export interface BmcEvents {
  event(event: BmcEvent): void
  /** Records it has room for. */
  readonly capacity: number
}

/** Event data 1 with both bits pairs saying "sensor-specific extension", and an unused event data byte (§29.7). */
export const EVENT_DATA_2_SPECIFIC = 0xc0
export const EVENT_DATA_UNUSED = 0xff
