# Started by "power on". There is no interpreter line on purpose, and QEMU stays a child of this shell.

PATH=$PATH:/usr/local/bin
UUID=7a1f0c52-93d4-4be6-8f07-21c5a94e6b31

qemu-system-x86_64 \
  -name CN1 -uuid $UUID \
  -machine pc,graphics=off -nodefaults -display none -m 32 \
  -chardev socket,id=ipmi0,host=localhost,port=9102,reconnect=1 \
  -device ipmi-bmc-extern,id=bmc0,chardev=ipmi0 \
  -device isa-ipmi-bt,bmc=bmc0 \
  -netdev user,id=net0 \
  -device e1000,netdev=net0,mac=52:54:00:20:00:01 \
  -serial mon:telnet:127.0.0.1:9103,server,telnet,nowait
