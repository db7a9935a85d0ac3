/*
 * What hangs on a serial port, as a TCP server: serial-peer HOST PORT. A line "send N" gets N bytes of a pattern (0..250 over and over,
 * so that no byte is telnet's FFh); "tick N" gets 200 of them every 2 ms for N seconds; "echo N" gets the N bytes after it back.
 * One visitor at a time.
 */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static int whole_write(int fd, const uint8_t *bytes, size_t size) {
  while (size > 0) {
    ssize_t wrote = write(fd, bytes, size);
    if (wrote <= 0) return -1;
    bytes += wrote, size -= (size_t)wrote;
  }
  return 0;
}

static int send_pattern(int fd, long total) {
  uint8_t block[4096];
  for (long at = 0; at < total;) {
    long size = total - at < (long)sizeof block ? total - at : (long)sizeof block;
    for (long i = 0; i < size; i++) block[i] = (uint8_t)((at + i) % 251);
    if (whole_write(fd, block, (size_t)size) < 0) return -1;
    at += size;
  }
  return 0;
}

static int tick_pattern(int fd, long seconds) {
  uint8_t block[200];
  for (size_t i = 0; i < sizeof block; i++) block[i] = (uint8_t)(i % 251);
  for (long i = 0; i < seconds * 500; i++) {
    if (whole_write(fd, block, sizeof block) < 0) return -1;
    usleep(2000);
  }
  return 0;
}

static void serve(int fd) {
  char line[64];
  size_t length = 0;
  long echoing = 0;
  uint8_t bytes[4096];
  for (;;) {
    ssize_t got = read(fd, bytes, sizeof bytes);
    if (got <= 0) return;
    for (ssize_t i = 0; i < got; i++) {
      if (echoing > 0) {
        long size = got - i < echoing ? got - i : echoing;
        if (whole_write(fd, bytes + i, (size_t)size) < 0) return;
        echoing -= size;
        i += size - 1;
      } else if (bytes[i] != '\n') {
        if (length < sizeof line - 1) line[length++] = (char)bytes[i];
      } else {
        line[length] = 0, length = 0;
        if (strncmp(line, "send ", 5) == 0 && send_pattern(fd, atol(line + 5)) < 0) return;
        if (strncmp(line, "tick ", 5) == 0 && tick_pattern(fd, atol(line + 5)) < 0) return;
        if (strncmp(line, "echo ", 5) == 0) echoing = atol(line + 5);
      }
    }
  }
}

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: serial-peer HOST PORT\n"), 2;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
  inet_pton(AF_INET, arguments[1], &here.sin_addr);
  int on = 1, listening = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listening, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listening, (struct sockaddr *)&here, sizeof here) != 0 || listen(listening, 8) != 0) return perror("bind"), 1;
  for (;;) {
    int fd = accept(listening, NULL, NULL);
    if (fd < 0) continue;
    serve(fd);
    close(fd);
  }
}
