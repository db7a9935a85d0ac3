#include "console.h"

#include <arpa/inet.h>
#include <openssl/crypto.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEADER = 16, KEY_SIZE = 20, ROLE = 0x14 /* name-only look-up, Administrator */ };

void fail(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vfprintf(stderr, format, arguments);
  fputc('\n', stderr);
  va_end(arguments);
  exit(1);
}

uint64_t next_random(uint64_t *state) { /* splitmix64 */
  uint64_t z = (*state += 0x9e3779b97f4a7c15ull);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
  return z ^ (z >> 31);
}

static void put_random(console *c, uint8_t *to, size_t size) {
  for (size_t i = 0; i < size; i += 8) {
    uint64_t word = next_random(&c->random);
    memcpy(to + i, &word, size - i < 8 ? size - i : 8);
  }
}

/* --- keyed hashes --- */

static size_t hash_size(bool sha256) { return sha256 ? SHA256_DIGEST_LENGTH : SHA_DIGEST_LENGTH; }

static void keyed(keyed_hash *h, bool sha256, const uint8_t *key, size_t size) {
  uint8_t inner[64] = {0}, outer[64];
  memcpy(inner, key, size);
  memcpy(outer, inner, 64);
  for (int i = 0; i < 64; i++) inner[i] ^= 0x36, outer[i] ^= 0x5c;
  h->sha256 = sha256;
  if (sha256) {
    SHA256_Init(&h->inner256), SHA256_Update(&h->inner256, inner, 64);
    SHA256_Init(&h->outer256), SHA256_Update(&h->outer256, outer, 64);
  } else {
    SHA1_Init(&h->inner1), SHA1_Update(&h->inner1, inner, 64);
    SHA1_Init(&h->outer1), SHA1_Update(&h->outer1, outer, 64);
  }
}

static void mac(const keyed_hash *h, const uint8_t *bytes, size_t size, uint8_t *out) {
  if (h->sha256) {
    SHA256_CTX s = h->inner256;
    SHA256_Update(&s, bytes, size), SHA256_Final(out, &s);
    s = h->outer256;
    SHA256_Update(&s, out, SHA256_DIGEST_LENGTH), SHA256_Final(out, &s);
  } else {
    SHA_CTX s = h->inner1;
    SHA1_Update(&s, bytes, size), SHA1_Final(out, &s);
    s = h->outer1;
    SHA1_Update(&s, out, SHA_DIGEST_LENGTH), SHA1_Final(out, &s);
  }
}

static void mac_with(bool sha256, const uint8_t *key, size_t key_size, const uint8_t *bytes, size_t size, uint8_t *out) {
  keyed_hash h;
  keyed(&h, sha256, key, key_size);
  mac(&h, bytes, size, out);
}

/* --- packets --- */

static void put32(uint8_t *at, uint32_t value) {
  for (int i = 0; i < 4; i++) at[i] = (uint8_t)(value >> (8 * i));
}

static uint32_t get32(const uint8_t *at) {
  return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

static void header(uint8_t *packet, uint8_t payload_type, uint32_t id, uint32_t sequence, size_t length) {
  static const uint8_t start[] = {6, 0, 0xff, 7, 6};
  memcpy(packet, start, sizeof start);
  packet[5] = payload_type;
  put32(packet + 6, id);
  put32(packet + 10, sequence);
  packet[14] = (uint8_t)length;
  packet[15] = (uint8_t)(length >> 8);
}

static size_t integrity_size(const console *c) { return c->suite == 17 ? 16 : 12; }

size_t console_seal(console *c, uint8_t *packet, uint8_t payload_type, const uint8_t *payload, size_t length) {
  if (c->suite == 0) {
    header(packet, payload_type, c->managed_id, ++c->sequence, length);
    memcpy(packet + HEADER, payload, length);
    return HEADER + length;
  }
  uint8_t clear[PACKET_MAX];
  size_t pad = (16 - (length + 1) % 16) % 16;
  memcpy(clear, payload, length);
  for (size_t i = 0; i < pad; i++) clear[length + i] = (uint8_t)(i + 1);
  clear[length + pad] = (uint8_t)pad;
  uint8_t *iv = packet + HEADER;
  put_random(c, iv, 16);
  int out = 0;
  EVP_EncryptInit_ex(c->encrypt, NULL, NULL, NULL, iv);
  EVP_EncryptUpdate(c->encrypt, iv + 16, &out, clear, (int)(length + pad + 1));
  size_t sealed = 16 + (size_t)out;
  header(packet, payload_type | 0xc0, c->managed_id, ++c->sequence, sealed);
  size_t end = HEADER + sealed;
  size_t fill = (4 - (end - 4 + 2) % 4) % 4;
  memset(packet + end, 0xff, fill);
  end += fill;
  packet[end++] = (uint8_t)fill;
  packet[end++] = 7;
  uint8_t code[SHA256_DIGEST_LENGTH];
  mac(&c->k1, packet + 4, end - 4, code);
  memcpy(packet + end, code, integrity_size(c));
  return end + integrity_size(c);
}

uint8_t *console_open(console *c, uint8_t *packet, size_t size, uint8_t *payload_type, size_t *length) {
  if (size < HEADER || packet[3] != 7 || packet[4] != 6) fail("a packet that is not RMCP+");
  if (get32(packet + 6) != c->id) fail("a packet of another session");
  size_t given = (size_t)packet[14] | (size_t)packet[15] << 8;
  if (HEADER + given > size) fail("a packet that is too short");
  *payload_type = packet[5] & 0x3f;
  if (c->suite == 0) {
    *length = given;
    return packet + HEADER;
  }
  if ((packet[5] & 0xc0) != 0xc0) fail("a packet without protection");
  uint8_t code[SHA256_DIGEST_LENGTH];
  size_t covered = size - integrity_size(c);
  mac(&c->k1, packet + 4, covered - 4, code);
  if (CRYPTO_memcmp(code, packet + covered, integrity_size(c)) != 0) fail("a wrong AuthCode");
  uint8_t *clear = packet + HEADER + 16;
  int out = 0;
  EVP_DecryptInit_ex(c->decrypt, NULL, NULL, NULL, packet + HEADER);
  EVP_DecryptUpdate(c->decrypt, clear, &out, clear, (int)(given - 16));
  size_t pad = clear[out - 1];
  if (pad > 15) fail("a wrong confidentiality pad");
  *length = (size_t)out - 1 - pad;
  return clear;
}

static uint8_t checksum(const uint8_t *bytes, size_t size) {
  uint8_t sum = 0;
  while (size-- > 0) sum = (uint8_t)(sum - *bytes++);
  return sum;
}

size_t console_request(console *c, uint8_t *packet, uint8_t net_fn, uint8_t cmd, const uint8_t *data, size_t length) {
  uint8_t message[PACKET_MAX];
  c->rq_seq = (uint8_t)((c->rq_seq + 1) & 0x3f);
  c->sent_net_fn = net_fn;
  c->sent_cmd = cmd;
  message[0] = 0x20;
  message[1] = (uint8_t)(net_fn << 2);
  message[2] = checksum(message, 2);
  message[3] = 0x81;
  message[4] = (uint8_t)(c->rq_seq << 2);
  message[5] = cmd;
  if (length > 0) memcpy(message + 6, data, length);
  message[6 + length] = checksum(message + 3, 3 + length);
  return console_seal(c, packet, PAYLOAD_IPMI, message, 7 + length);
}

static const uint8_t *answer_in(console *c, const uint8_t *message, size_t size, size_t *length) {
  if (size < 8 || checksum(message, 3) != 0 || checksum(message + 3, size - 3) != 0) fail("a wrong checksum");
  if (message[1] >> 2 != c->sent_net_fn + 1 || message[5] != c->sent_cmd || message[4] >> 2 != c->rq_seq)
    fail("an answer to another request");
  if (message[6] != 0) fail("completion code %02Xh to NetFn %02Xh Cmd %02Xh", message[6], c->sent_net_fn, c->sent_cmd);
  *length = size - 8;
  return message + 7;
}

const uint8_t *console_answer(console *c, uint8_t *packet, size_t size, size_t *length) {
  uint8_t type = 0;
  size_t payload = 0;
  const uint8_t *message = console_open(c, packet, size, &type, &payload);
  if (type != PAYLOAD_IPMI) fail("payload type %02Xh where an answer was due", type);
  return answer_in(c, message, payload, length);
}

const uint8_t *console_ask(console *c, uint8_t *packet, uint8_t net_fn, uint8_t cmd, const uint8_t *data, size_t size,
                           size_t *length) {
  size_t sent = console_request(c, packet, net_fn, cmd, data, size);
  if (send(c->fd, packet, sent, 0) < 0) fail("send failed");
  for (;;) { /* SOL packets may come in between */
    size_t got = receive(c->fd, packet, 5000);
    if (got == 0) fail("no answer to NetFn %02Xh Cmd %02Xh", net_fn, cmd);
    uint8_t type = 0;
    size_t payload = 0;
    const uint8_t *message = console_open(c, packet, got, &type, &payload);
    if (type == PAYLOAD_IPMI) return answer_in(c, message, payload, length);
  }
}

/* --- sockets --- */

int udp_socket(const char *host, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  if (inet_pton(AF_INET, host, &to.sin_addr) != 1) fail("%s is not an IPv4 address", host);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("no socket to %s port %d", host, port);
  return fd;
}

size_t receive(int fd, uint8_t *packet, int timeout_ms) {
  struct pollfd one = {.fd = fd, .events = POLLIN};
  if (poll(&one, 1, timeout_ms) <= 0) return 0;
  ssize_t got = recv(fd, packet, PACKET_MAX, 0);
  return got < 0 ? 0 : (size_t)got;
}

/* --- log-in --- */

void console_init(console *c, int fd, const login *as, uint32_t id) {
  if (as->suite != 0 && as->suite != 3 && as->suite != 17) fail("suite %d is not one of 0, 3, 17", as->suite);
  memset(c, 0, sizeof *c);
  c->fd = fd;
  c->id = id;
  c->suite = as->suite;
  c->random = id * 0x9e3779b97f4a7c15ull;
  c->encrypt = EVP_CIPHER_CTX_new();
  c->decrypt = EVP_CIPHER_CTX_new();
}

void console_free(console *c) {
  EVP_CIPHER_CTX_free(c->encrypt);
  EVP_CIPHER_CTX_free(c->decrypt);
}

/* A set-up payload and the one that answers it, checked for its status. */
static uint8_t *set_up(console *c, uint8_t *packet, uint8_t type, const uint8_t *payload, size_t size) {
  header(packet, type, 0, 0, size);
  memcpy(packet + HEADER, payload, size);
  if (send(c->fd, packet, HEADER + size, 0) < 0) fail("send failed");
  size_t got = receive(c->fd, packet, 5000);
  if (got < HEADER + 8) fail("no answer to payload type %02Xh", type);
  if (packet[5] != type + 1 || packet[HEADER + 1] != 0)
    fail("payload type %02Xh was answered by %02Xh with status %02Xh", type, packet[5], packet[HEADER + 1]);
  return packet + HEADER;
}

static void take_keys(console *c, const uint8_t *sik) {
  bool sha256 = c->suite == 17;
  uint8_t constant[KEY_SIZE], k1[32], k2[32];
  memset(constant, 1, KEY_SIZE);
  mac_with(sha256, sik, hash_size(sha256), constant, KEY_SIZE, k1);
  memset(constant, 2, KEY_SIZE);
  mac_with(sha256, sik, hash_size(sha256), constant, KEY_SIZE, k2);
  keyed(&c->k1, sha256, k1, hash_size(sha256));
  EVP_EncryptInit_ex(c->encrypt, EVP_aes_128_cbc(), NULL, k2, NULL);
  EVP_CIPHER_CTX_set_padding(c->encrypt, 0);
  EVP_DecryptInit_ex(c->decrypt, EVP_aes_128_cbc(), NULL, k2, NULL);
  EVP_CIPHER_CTX_set_padding(c->decrypt, 0);
}

void console_login(console *c, const login *as) {
  uint8_t packet[PACKET_MAX];
  bool sha256 = c->suite == 17, plain = c->suite == 0;
  size_t name_size = strlen(as->user);
  uint8_t key[KEY_SIZE] = {0};
  memcpy(key, as->password, strlen(as->password) < KEY_SIZE ? strlen(as->password) : KEY_SIZE);

  uint8_t open[32] = {1, 4, 0, 0};
  put32(open + 4, c->id);
  uint8_t algorithm[3] = {plain ? 0 : sha256 ? 3 : 1, plain ? 0 : sha256 ? 4 : 1, plain ? 0 : 1};
  for (int i = 0; i < 3; i++) {
    uint8_t *record = open + 8 + 8 * i;
    record[0] = (uint8_t)i, record[3] = 8, record[4] = algorithm[i];
  }
  c->managed_id = get32(set_up(c, packet, 0x10, open, sizeof open) + 8);

  uint8_t rakp1[44] = {1};
  put32(rakp1 + 4, c->managed_id);
  put_random(c, rakp1 + 8, 16);
  rakp1[24] = ROLE;
  rakp1[27] = (uint8_t)name_size;
  memcpy(rakp1 + 28, as->user, name_size);
  const uint8_t *rakp2 = set_up(c, packet, 0x12, rakp1, 28 + name_size);
  uint8_t managed_random[16], guid[16], code[32], sik[32] = {0};
  memcpy(managed_random, rakp2 + 8, 16);
  memcpy(guid, rakp2 + 24, 16);

  uint8_t text[128], *at = text; /* what RAKP 2 proves (IPMI 2.0 Table 13-12) */
  put32(at, c->id), put32(at + 4, c->managed_id), at += 8;
  memcpy(at, rakp1 + 8, 16), memcpy(at + 16, managed_random, 16), memcpy(at + 32, guid, 16), at += 48;
  *at++ = ROLE, *at++ = (uint8_t)name_size;
  memcpy(at, as->user, name_size), at += name_size;
  if (!plain) {
    mac_with(sha256, key, KEY_SIZE, text, (size_t)(at - text), code);
    if (memcmp(code, rakp2 + 40, hash_size(sha256)) != 0) fail("RAKP 2 does not prove the password");
  }

  uint8_t rakp3[8 + 32] = {1};
  put32(rakp3 + 4, c->managed_id);
  at = text;
  memcpy(at, managed_random, 16), put32(at + 16, c->id), at += 20;
  *at++ = ROLE, *at++ = (uint8_t)name_size;
  memcpy(at, as->user, name_size), at += name_size;
  mac_with(sha256, key, KEY_SIZE, text, (size_t)(at - text), rakp3 + 8);

  at = text;
  memcpy(at, rakp1 + 8, 16), memcpy(at + 16, managed_random, 16), at += 32;
  *at++ = ROLE, *at++ = (uint8_t)name_size;
  memcpy(at, as->user, name_size), at += name_size;
  mac_with(sha256, key, KEY_SIZE, text, (size_t)(at - text), sik);

  const uint8_t *rakp4 = set_up(c, packet, 0x14, rakp3, plain ? 8 : 8 + hash_size(sha256));
  if (!plain) {
    at = text;
    memcpy(at, rakp1 + 8, 16), put32(at + 16, c->managed_id), memcpy(at + 20, guid, 16), at += 36;
    mac_with(sha256, sik, hash_size(sha256), text, (size_t)(at - text), code);
    if (memcmp(code, rakp4 + 8, integrity_size(c)) != 0) fail("RAKP 4 does not prove the key");
    take_keys(c, sik);
  }
  size_t length = 0;
  const uint8_t administrator = 4;
  console_ask(c, packet, 0x06, 0x3b, &administrator, 1, &length);
}

void console_close(console *c) {
  uint8_t packet[PACKET_MAX], id[4];
  size_t length = 0;
  put32(id, c->managed_id);
  console_ask(c, packet, 0x06, 0x3c, id, sizeof id, &length);
}
