/* The VM's end of the VM codec, as QEMU's ipmi-bmc-extern speaks it. */
#ifndef BMCSIM_BENCH_INBAND_H
#define BMCSIM_BENCH_INBAND_H

#include <stdint.h>

int inband_connect(const char *host, int port);
/* One request without data and its answer, verified. */
void inband_ask(int fd, uint8_t seq, uint8_t net_fn, uint8_t cmd);

#endif
