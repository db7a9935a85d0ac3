/** Words that ipmi_sim reads and this version does not honour; each with what to do instead. */
export const refusedKeywords: Readonly<Record<string, string>> = {
  loadlib: 'shared objects of ipmi_sim cannot be loaded into this program. Remove the line',
  ipmb: 'Linux IPMB devices are not honoured in this version. Remove the line',
  module: 'ipmi_sim has no such keyword either (it is loadlib there, and not honoured here). Remove the line',
  include: 'lan.conf has no include (a .emu file has). Put the lines here themselves, or give several -c',
}

export const refusedSerialOptions: Readonly<Record<string, string>> = {
  connect:
    '"connect" is not honoured: QEMU connects to us. Remove it, and give QEMU\'s chardev this address with reconnect=1',
  oem: '"oem" command sets are not honoured in this version. Remove the word and its value',
  attn: '"attn" characters mean nothing with codec VM. Remove the word and its value',
  ipmb: '"ipmb" on a serial line is not honoured in this version. Remove the word and its value',
}

export const refusedSolOptions: Readonly<Record<string, string>> = {
  historyfru:
    'the history as a FRU is not honoured in this version. Remove historyfru; "bmcsim console" shows the scrollback',
  readclear: 'readclear is not honoured: scrollback stays after it was read. Remove it',
  backupfile:
    'a backupfile of your own is not honoured: scrollback is always kept in the state folder. Write history=SIZE alone',
}
