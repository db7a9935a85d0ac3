/*
 * The first program of the bench's guest, behind guest-init. Each line that it reads, "COUNT PORT PORT" (2000 0xca2 0xcb2), is answered
 * with one line of JSON: the median time of so many Get Device IDs through the Linux driver of the KCS interface at each port, every
 * answer verified. The two take short turns, so that both meet the same neighbours.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/ipmi.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "measure.h"

enum { NETFN_APP = 0x06, GET_DEVICE_ID = 0x01, ANSWER_SIZE = 12, INTERFACES = 2, TURN = 100, WARMING_UP = 5 };

/* Ends the guest: the kernel panics without its first program, and QEMU is told not to start it again. */
static void fail(const char *what) {
  fprintf(stderr, "guest-inband: %s: %s\n", what, strerror(errno));
  exit(1);
}

/* The kernel numbers its interfaces in the order in which it found them; the port says which is meant. */
static int open_interface_at(const char *port) {
  char path[64], params[128], wanted[24];
  snprintf(wanted, sizeof wanted, ",%s,", port);
  for (int i = 0; i < INTERFACES; i++) {
    snprintf(path, sizeof path, "/sys/class/ipmi/ipmi%d/device/params", i);
    FILE *file = fopen(path, "r");
    if (file == NULL || fgets(params, sizeof params, file) == NULL) fail(path);
    fclose(file);
    if (strstr(params, wanted) == NULL) continue;
    snprintf(path, sizeof path, "/dev/ipmi%d", i);
    int fd = open(path, O_RDWR);
    if (fd < 0) fail(path);
    return fd;
  }
  errno = ENODEV;
  fail(port);
  return -1;
}

static void ask(int fd, long id) {
  struct ipmi_system_interface_addr bmc = {.addr_type = IPMI_SYSTEM_INTERFACE_ADDR_TYPE, .channel = IPMI_BMC_CHANNEL};
  struct ipmi_req request = {.addr = (unsigned char *)&bmc, .addr_len = sizeof bmc, .msgid = id};
  request.msg.netfn = NETFN_APP, request.msg.cmd = GET_DEVICE_ID;
  if (ioctl(fd, IPMICTL_SEND_COMMAND, &request) != 0) fail("IPMICTL_SEND_COMMAND");

  struct pollfd one = {.fd = fd, .events = POLLIN};
  if (poll(&one, 1, 10000) != 1) fail("no answer for 10 s");

  struct ipmi_addr from;
  unsigned char data[64];
  struct ipmi_recv answer = {.addr = (unsigned char *)&from, .addr_len = sizeof from};
  answer.msg.data = data, answer.msg.data_len = sizeof data;
  if (ioctl(fd, IPMICTL_RECEIVE_MSG_TRUNC, &answer) != 0) fail("IPMICTL_RECEIVE_MSG_TRUNC");
  if (answer.recv_type != IPMI_RESPONSE_RECV_TYPE || answer.msgid != id) fail("the answer to another request");
  if (data[0] != 0 || answer.msg.data_len < ANSWER_SIZE) fail("a wrong answer");
}

static void take_turn(int fd, double *times, long count) {
  for (long i = 0; i < WARMING_UP; i++) ask(fd, -1);
  for (long i = 0; i < count; i++) {
    double start = now_us();
    ask(fd, i);
    times[i] = now_us() - start;
  }
}

static void measure(char ports[INTERFACES][16], long count) {
  int fds[INTERFACES];
  double *times[INTERFACES];
  for (int k = 0; k < INTERFACES; k++) {
    fds[k] = open_interface_at(ports[k]);
    times[k] = calloc((size_t)count, sizeof *times[k]);
  }
  for (long at = 0; at < count; at += TURN)
    for (int k = 0; k < INTERFACES; k++) take_turn(fds[k], times[k] + at, count - at < TURN ? count - at : TURN);
  for (int k = 0; k < INTERFACES; k++) {
    printf("%c\"%s\":%.2f", k == 0 ? '{' : ',', ports[k], percentile(times[k], (size_t)count, 50));
    free(times[k]);
    close(fds[k]);
  }
  puts("}");
}

int main(void) {
  char line[64], ports[INTERFACES][16];
  long count;
  setvbuf(stdout, NULL, _IOLBF, 0);
  puts("{\"ready\":true}");
  while (fgets(line, sizeof line, stdin) != NULL)
    if (sscanf(line, "%ld %15s %15s", &count, ports[0], ports[1]) == 3) measure(ports, count);
  return 0;
}
