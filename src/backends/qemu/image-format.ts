const formats: Readonly<Record<string, string>> = {
  qcow2: 'qcow2',
  qcow: 'qcow',
  qed: 'qed',
  vdi: 'vdi',
  vmdk: 'vmdk',
  vhd: 'vpc',
  vhdx: 'vhdx',
}

/** By file name and never by looking inside: a guest could write another format's header into its raw disk. */
export function imageFormat(path: string): string {
  const ending = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? ''
  return formats[ending] ?? 'raw'
}
