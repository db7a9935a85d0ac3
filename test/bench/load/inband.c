#include "inband.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "console.h"

enum { END_OF_MESSAGE = 0xa0, END_OF_CONTROL = 0xa1, ESCAPE = 0xaa };

static size_t put(uint8_t *to, uint8_t byte) {
  if (byte != END_OF_MESSAGE && byte != END_OF_CONTROL && byte != ESCAPE) return to[0] = byte, 1;
  to[0] = ESCAPE, to[1] = byte | 0x10;
  return 2;
}

int inband_connect(const char *host, int port) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  inet_pton(AF_INET, host, &to.sin_addr);
  int fd = socket(AF_INET, SOCK_STREAM, 0), on = 1;
  if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0) fail("no VM codec at %s port %d", host, port);
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const uint8_t hello[] = {0xff, 0x01, END_OF_CONTROL, 0x08, 0x3f, END_OF_CONTROL};
  if (write(fd, hello, sizeof hello) != sizeof hello) fail("write failed");
  return fd;
}

void inband_ask(int fd, uint8_t seq, uint8_t net_fn, uint8_t cmd) {
  const uint8_t head[] = {seq, (uint8_t)(net_fn << 2), cmd};
  uint8_t frame[16], sum = 0;
  size_t size = 0;
  for (size_t i = 0; i < sizeof head; i++) size += put(frame + size, head[i]), sum = (uint8_t)(sum - head[i]);
  size += put(frame + size, sum);
  frame[size++] = END_OF_MESSAGE;
  if (write(fd, frame, size) != (ssize_t)size) fail("write failed");

  uint8_t message[300];
  size_t length = 0;
  bool escaped = false;
  for (;;) { /* a control frame may come first */
    uint8_t bytes[512];
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got <= 0) fail("the VM codec's connection ended");
    for (ssize_t i = 0; i < got; i++) {
      uint8_t byte = bytes[i];
      if (byte == END_OF_CONTROL) length = 0;
      else if (byte == END_OF_MESSAGE) {
        for (size_t k = sum = 0; k < length; k++) sum = (uint8_t)(sum + message[k]);
        if (length < 5 || sum != 0) fail("a frame with a wrong checksum");
        if (message[0] != seq || message[1] != (net_fn | 1) << 2 || message[2] != cmd || message[3] != 0)
          fail("an answer to another request, or completion code %02Xh", message[3]);
        return;
      } else if (byte == ESCAPE) escaped = true;
      else if (length < sizeof message) {
        message[length++] = escaped ? byte & (uint8_t)~0x10 : byte;
        escaped = false;
      }
    }
  }
}
