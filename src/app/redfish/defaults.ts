import { forgetInstalled } from '../../web/node-certificate.ts'

/** What stays when a BMC goes back to its defaults. */
export type Kept = 'nothing' | 'network' | 'network and users'

/** What no client has set, and what is the machine's. */
const facts = /^(power\.last|power\.last-start|power\.on-minutes|firmware\.|tracking\.|bios\.)/
const network = /^(lan|channel|ntp)\.|^dcmi\.identifier$/
const users = /^user\./

/** Whether a value of the store stays. */
export function staysInStore(kept: Kept): (key: string) => boolean {
  return (key) =>
    facts.test(key) || (kept !== 'nothing' && network.test(key)) || (kept === 'network and users' && users.test(key))
}

/** The certificate that a client installed belongs to the network. */
export function forgetFiles(folder: string, kept: Kept): void {
  if (kept === 'nothing') forgetInstalled(folder)
}
