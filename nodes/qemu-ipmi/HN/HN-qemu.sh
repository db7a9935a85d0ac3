# Started by "power on". There is no interpreter line on purpose, and QEMU stays a child of this shell.

qemu-system-x86_64 \
  -name HN \
  -machine pc,graphics=off -nodefaults -display none -m 32 \
  -chardev socket,id=ipmi0,host=localhost,port=9002,reconnect=1 \
  -device ipmi-bmc-extern,id=bmc0,chardev=ipmi0 \
  -device isa-ipmi-kcs,bmc=bmc0 \
  -netdev user,id=net0 \
  -device e1000,netdev=net0,mac=52:54:00:20:00:00 \
  -serial mon:telnet:127.0.0.1:9003,server,telnet,nowait
