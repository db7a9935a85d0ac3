#include "sol.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "measure.h"

enum { SOL_HEADER = 4, RESEND_US = 500000 };

static bool lost(sol *s) { return s->loss > 0 && (double)(next_random(&s->random) >> 11) / 9007199254740992.0 < s->loss; }

static void transmit(sol *s, const uint8_t *payload, size_t size) {
  uint8_t packet[PACKET_MAX];
  size_t sealed = console_seal(s->console, packet, PAYLOAD_SOL, payload, size);
  if (!lost(s) && send(s->console->fd, packet, sealed, 0) < 0) fail("send failed");
}

static void transmit_waiting(sol *s) {
  uint8_t payload[SOL_HEADER + 256] = {s->sent_sequence, 0, 0, 0};
  memcpy(payload + SOL_HEADER, s->waiting, s->waiting_size);
  s->sent_at_us = now_us();
  transmit(s, payload, SOL_HEADER + s->waiting_size);
}

void sol_activate(sol *s, console *c, double loss) {
  uint8_t packet[PACKET_MAX];
  size_t length = 0;
  const uint8_t activate[] = {1, 1, c->suite == 0 ? 0x00 : 0xc0, 0, 0, 0};
  memset(s, 0, sizeof *s);
  s->console = c;
  s->random = 42;
  console_ask(c, packet, 0x06, 0x48, activate, sizeof activate, &length);
  if (length != 12) fail("Activate Payload answered %zu bytes", length);
  s->loss = loss;
}

void sol_deactivate(sol *s) {
  uint8_t packet[PACKET_MAX];
  size_t length = 0;
  const uint8_t deactivate[] = {1, 1, 0, 0, 0, 0};
  console_ask(s->console, packet, 0x06, 0x49, deactivate, sizeof deactivate, &length);
}

void sol_send(sol *s, const uint8_t *characters, size_t size) {
  s->sent_sequence = (uint8_t)(s->sent_sequence % 15 + 1);
  memcpy(s->waiting, characters, size);
  s->waiting_size = size;
  transmit_waiting(s);
}

/* What of ours the BMC took; the rest goes out again under a new number (§15.9). */
static void acknowledged(sol *s, size_t accepted, bool refused) {
  if (refused) return; /* the BMC says when to go on; until then the repetition asks */
  size_t rest = accepted < s->waiting_size ? s->waiting_size - accepted : 0;
  memmove(s->waiting, s->waiting + accepted, rest);
  s->waiting_size = 0;
  if (rest == 0) return;
  uint8_t again[256];
  memcpy(again, s->waiting, rest);
  sol_send(s, again, rest);
}

static void take(sol *s, const uint8_t *payload, size_t size, long pattern_at) {
  if (size < SOL_HEADER) fail("a SOL packet that is too short");
  uint8_t sequence = payload[0] & 0x0f, acked = payload[1] & 0x0f;
  if (payload[3] & 0x10) fail("SOL was deactivated by the BMC");
  if (acked != 0 && acked == s->sent_sequence && s->waiting_size > 0) acknowledged(s, payload[2], payload[3] & 0x40);
  if (sequence == 0) return;
  size_t characters = size - SOL_HEADER;
  if (sequence != s->seen_sequence) {
    for (size_t i = 0; pattern_at >= 0 && i < characters; i++) {
      if (payload[SOL_HEADER + i] != (uint8_t)((pattern_at + (long)i) % 251))
        fail("character %ld is %02Xh: lost, doubled or out of order", pattern_at + (long)i, payload[SOL_HEADER + i]);
    }
    s->seen_sequence = sequence;
    s->received += (long)characters;
    s->packets++;
  }
  const uint8_t acknowledge[SOL_HEADER] = {0, sequence, (uint8_t)characters, 0};
  transmit(s, acknowledge, sizeof acknowledge);
}

bool sol_step(sol *s, int timeout_ms, long pattern_at) {
  if (s->waiting_size > 0 && now_us() - s->sent_at_us > RESEND_US) transmit_waiting(s);
  uint8_t packet[PACKET_MAX];
  size_t got = receive(s->console->fd, packet, timeout_ms);
  if (got == 0) return false;
  if (lost(s)) return true;
  uint8_t type = 0;
  size_t size = 0;
  const uint8_t *payload = console_open(s->console, packet, got, &type, &size);
  if (type == PAYLOAD_SOL) take(s, payload, size, pattern_at);
  return true;
}
