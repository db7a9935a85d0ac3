const DASHED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function isUuid(text: string): boolean {
  return DASHED.test(text)
}

/**
 * The 16 bytes that Get System GUID sends for a UUID written with dashes. SMBIOS keeps the first three fields least
 * significant byte first (SMBIOS 2.6 §7.2.1), and IPMI's GUID is that structure (IPMI 2.0 §20.8, Table 20-10): sent this way,
 * the guest's SMBIOS and the remote console show the text that is in the file.
 */
export function uuidToWire(text: string): Uint8Array {
  const bytes = Buffer.from(text.replaceAll('-', ''), 'hex')
  return Uint8Array.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15], (from) => bytes[from])
}
