/*
 * A remote console for measuring: RMCP+ log-in, sealed requests, SOL (IPMI 2.0 chapters 13, 15). It shares no code with
 * what it measures, verifies every reply, and keeps keyed hash states, so that it costs less than a server.
 */
#ifndef BMCSIM_BENCH_CONSOLE_H
#define BMCSIM_BENCH_CONSOLE_H

#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAYLOAD_IPMI = 0x00, PAYLOAD_SOL = 0x01, PACKET_MAX = 1024 };

/* The two halves of an HMAC with the key already in (RFC 2104). */
typedef struct {
  bool sha256;
  SHA_CTX inner1, outer1;
  SHA256_CTX inner256, outer256;
} keyed_hash;

typedef struct {
  int fd;
  int suite; /* 0, 3 or 17 */
  uint32_t id;
  uint32_t managed_id;
  uint32_t sequence;
  uint8_t rq_seq;
  uint8_t sent_net_fn;
  uint8_t sent_cmd;
  keyed_hash k1;
  EVP_CIPHER_CTX *encrypt;
  EVP_CIPHER_CTX *decrypt;
  uint64_t random;
} console;

typedef struct {
  const char *user;
  const char *password;
  int suite;
} login;

/* Ends the program with a message when anything is not as it must be: a figure with an error in it is worth nothing. */
void fail(const char *format, ...) __attribute__((noreturn, format(printf, 1, 2)));

int udp_socket(const char *host, int port);
/* One datagram, or 0 after `timeout_ms`. */
size_t receive(int fd, uint8_t *packet, int timeout_ms);

void console_init(console *c, int fd, const login *as, uint32_t id);
void console_free(console *c);
/* Open Session, RAKP 1 to 4, Set Session Privilege Level: four round trips. */
void console_login(console *c, const login *as);
void console_close(console *c);

/* A sealed request, ready to send. */
size_t console_request(console *c, uint8_t *packet, uint8_t net_fn, uint8_t cmd, const uint8_t *data, size_t length);
size_t console_seal(console *c, uint8_t *packet, uint8_t payload_type, const uint8_t *payload, size_t length);
/* The payload of a packet of this session, verified and deciphered in place. */
uint8_t *console_open(console *c, uint8_t *packet, size_t size, uint8_t *payload_type, size_t *length);
/* Fails unless the packet answers the last request with completion code 00h. Gives the data behind the code. */
const uint8_t *console_answer(console *c, uint8_t *packet, size_t size, size_t *length);
/* Request and answer, one round trip. */
const uint8_t *console_ask(console *c, uint8_t *packet, uint8_t net_fn, uint8_t cmd, const uint8_t *data, size_t size,
                           size_t *length);

/* A small random generator: what a run does is the same each time. */
uint64_t next_random(uint64_t *state);

#endif
