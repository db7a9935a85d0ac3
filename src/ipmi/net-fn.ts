/** Network functions, the even request numbers (IPMI 2.0 §5.1, Table 5-1). A response is the request's number plus one. */
export const NetFn = {
  Chassis: 0x00,
  Bridge: 0x02,
  SensorEvent: 0x04,
  App: 0x06,
  Firmware: 0x08,
  Storage: 0x0a,
  Transport: 0x0c,
  Group: 0x2c,
  Oem: 0x2e,
} as const
export type NetFnName = keyof typeof NetFn
