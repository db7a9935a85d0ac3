/* The least that answering costs: every datagram goes back as it came. echo HOST PORT */
#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

int main(int count, char **arguments) {
  if (count != 3) return fprintf(stderr, "usage: echo HOST PORT\n"), 2;
  struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(arguments[2]))};
  inet_pton(AF_INET, arguments[1], &here.sin_addr);
  int fd = socket(AF_INET, SOCK_DGRAM, 0);
  if (bind(fd, (struct sockaddr *)&here, sizeof here) != 0) return perror("bind"), 1;
  for (;;) {
    uint8_t packet[2048];
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    ssize_t got = recvfrom(fd, packet, sizeof packet, 0, (struct sockaddr *)&peer, &size);
    if (got >= 0) sendto(fd, packet, (size_t)got, 0, (struct sockaddr *)&peer, size);
  }
}
