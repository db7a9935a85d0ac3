/* Serial-over-LAN of the measuring console (IPMI 2.0 chapter 15). */
#ifndef BMCSIM_BENCH_SOL_H
#define BMCSIM_BENCH_SOL_H

#include "console.h"

typedef struct {
  console *console;
  uint8_t sent_sequence; /* of our last data packet */
  uint8_t waiting[256];  /* its characters, while it is not acknowledged */
  size_t waiting_size;
  double sent_at_us;
  uint8_t seen_sequence; /* of the BMC's last data packet that was taken */
  long received;         /* characters, without repetitions */
  long packets;          /* data packets among them */
  double loss;           /* share of packets dropped on the way, each direction */
  uint64_t random;
} sol;

void sol_activate(sol *s, console *c, double loss);
void sol_deactivate(sol *s);
void sol_send(sol *s, const uint8_t *characters, size_t size);
/* Takes one packet if there is one within `timeout_ms`, acknowledges it, and repeats ours where it is overdue.
   `pattern_at`: where the BMC's characters must go on in the pattern, or -1 for any. False: nothing came. */
bool sol_step(sol *s, int timeout_ms, long pattern_at);

#endif
