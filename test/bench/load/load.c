/*
 * The load of the benchmarks. load MODE HOST PORT [OPTION=VALUE...] prints one line of JSON; --help lists the modes. A reply that is
 * not right ends it with an error: it never counts what it did not verify.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "console.h"
#include "inband.h"
#include "measure.h"
#include "sol.h"

typedef struct {
  const char *host;
  int port, pid, sessions, size, quiet_s;
  long count;
  double loss;
  login as;
} options;

static const char USAGE[] =
    "load MODE HOST PORT [OPTION=VALUE...]\n"
    "\n"
    "  command    Get Chassis Status in `sessions` sessions, one in flight in each\n"
    "  latency    the same in one session, each timed\n"
    "  login      log in, set the privilege level, close; one after another\n"
    "  sweep      log in, Get Chassis Status, close on each of `count` successive addresses, `sessions` at a time\n"
    "  echo       datagrams of `size` bytes to an echo server from `sessions` sockets, one in flight each\n"
    "  echo-latency   the same from one socket, each timed\n"
    "  sol-download   `count` characters from the serial port, with `loss` of all packets lost\n"
    "  sol-paste      `count` characters to the serial port in packets of 64, echoed\n"
    "  inband     Get Device ID over the VM codec at HOST PORT, each timed\n"
    "  sol-return     say nothing for `quiet` s (0: deactivate) while characters come, come back: time to the first\n"
    "\n"
    "  count=20000 sessions=8 suite=3 user=admin password=password pid=0 size=74 loss=0 quiet=8\n";

static void parse(options *o, int count, char **arguments) {
  *o = (options){.host = arguments[2], .port = atoi(arguments[3]), .sessions = 8, .size = 74, .count = 20000, .quiet_s = 8,
                 .as = {"admin", "password", 3}};
  for (int i = 4; i < count; i++) {
    char *value = strchr(arguments[i], '=');
    if (value == NULL) fail("%s: OPTION=VALUE was expected", arguments[i]);
    *value++ = 0;
    const char *name = arguments[i];
    if (strcmp(name, "count") == 0) o->count = atol(value);
    else if (strcmp(name, "sessions") == 0) o->sessions = atoi(value);
    else if (strcmp(name, "suite") == 0) o->as.suite = atoi(value);
    else if (strcmp(name, "user") == 0) o->as.user = value;
    else if (strcmp(name, "password") == 0) o->as.password = value;
    else if (strcmp(name, "pid") == 0) o->pid = atoi(value);
    else if (strcmp(name, "size") == 0) o->size = atoi(value);
    else if (strcmp(name, "loss") == 0) o->loss = atof(value);
    else if (strcmp(name, "quiet") == 0) o->quiet_s = atoi(value);
    else fail("%s is not an option", name);
  }
}

static void report(const span *s, long operations) {
  printf("{\"operations\":%ld,\"wallUs\":%.0f,\"cpuUs\":%.0f,\"cpuPerOperationUs\":%.3f}\n", operations, s->wall_us,
         s->cpu_us, s->cpu_us / (double)operations);
}

static void report_times(double *times, long count) {
  double p50 = percentile(times, (size_t)count, 50), p99 = percentile(times, (size_t)count, 99);
  printf("{\"operations\":%ld,\"p50Us\":%.1f,\"p99Us\":%.1f}\n", count, p50, p99);
}

/* --- many sockets, one datagram in flight in each --- */

typedef struct {
  console console;
  int fd;
} lane;

/* Sends the next datagram of a lane, and checks the answer to its last. */
typedef struct {
  size_t (*next)(const options *o, lane *l, uint8_t *packet);
  void (*check)(const options *o, lane *l, uint8_t *packet, size_t size);
} traffic;

static size_t next_command(const options *o, lane *l, uint8_t *packet) {
  (void)o;
  return console_request(&l->console, packet, 0x00, 0x01, NULL, 0);
}

static void check_command(const options *o, lane *l, uint8_t *packet, size_t size) {
  (void)o;
  size_t length = 0;
  console_answer(&l->console, packet, size, &length);
  if (length < 3) fail("Get Chassis Status answered %zu bytes", length);
}

static size_t next_echo(const options *o, lane *l, uint8_t *packet) {
  (void)l;
  memset(packet, 0x55, (size_t)o->size);
  return (size_t)o->size;
}

static void check_echo(const options *o, lane *l, uint8_t *packet, size_t size) {
  (void)l, (void)packet;
  if (size != (size_t)o->size) fail("an echo of %zu bytes", size);
}

static const traffic commands = {next_command, check_command};
static const traffic echoes = {next_echo, check_echo};

static void put_out(const options *o, const traffic *t, lane *l) {
  uint8_t packet[PACKET_MAX];
  size_t size = t->next(o, l, packet);
  if (send(l->fd, packet, size, 0) < 0) fail("send failed");
}

static void drive(const options *o, const traffic *t, lane *lanes, int poller, long count) {
  long sent = 0, done = 0;
  for (int i = 0; i < o->sessions && sent < count; i++, sent++) put_out(o, t, &lanes[i]);
  while (done < count) {
    struct epoll_event ready[64];
    int n = epoll_wait(poller, ready, 64, 5000);
    if (n <= 0) fail("no answer for 5 s after %ld of %ld", done, count);
    for (int i = 0; i < n; i++) {
      lane *l = ready[i].data.ptr;
      uint8_t packet[PACKET_MAX];
      ssize_t got = recv(l->fd, packet, sizeof packet, 0);
      if (got < 0) fail("recv failed");
      t->check(o, l, packet, (size_t)got);
      done++;
      if (sent < count) put_out(o, t, l), sent++;
    }
  }
}

static lane *open_lanes(const options *o, bool log_in, int poller) {
  lane *lanes = calloc((size_t)o->sessions, sizeof *lanes);
  for (int i = 0; i < o->sessions; i++) {
    lanes[i].fd = udp_socket(o->host, o->port);
    if (log_in) {
      console_init(&lanes[i].console, lanes[i].fd, &o->as, 0xc0de0000u + (uint32_t)i);
      console_login(&lanes[i].console, &o->as);
    }
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = &lanes[i]};
    epoll_ctl(poller, EPOLL_CTL_ADD, lanes[i].fd, &event);
  }
  return lanes;
}

static void run_throughput(const options *o, const traffic *t, bool log_in) {
  int poller = epoll_create1(0);
  lane *lanes = open_lanes(o, log_in, poller);
  drive(o, t, lanes, poller, o->count); /* until it is warm */
  span s;
  span_start(&s, o->pid);
  drive(o, t, lanes, poller, o->count);
  span_end(&s);
  report(&s, o->count);
  for (int i = 0; log_in && i < o->sessions; i++) console_close(&lanes[i].console);
}

static void run_latency(options *o, const traffic *t, bool log_in) {
  o->sessions = 1;
  int poller = epoll_create1(0);
  lane *lanes = open_lanes(o, log_in, poller);
  drive(o, t, lanes, poller, 2000);
  double *times = calloc((size_t)o->count, sizeof *times);
  for (long i = 0; i < o->count; i++) {
    uint8_t packet[PACKET_MAX];
    size_t size = t->next(o, lanes, packet);
    double start = now_us();
    if (send(lanes->fd, packet, size, 0) < 0) fail("send failed");
    size_t got = receive(lanes->fd, packet, 5000);
    times[i] = now_us() - start;
    t->check(o, lanes, packet, got);
  }
  if (log_in) console_close(&lanes->console);
  report_times(times, o->count);
}

/* Get Device ID over the VM codec, as a guest asks it. */
static void run_inband(const options *o) {
  int fd = inband_connect(o->host, o->port);
  double *times = calloc((size_t)o->count, sizeof *times);
  for (int i = 0; i < 5000; i++) inband_ask(fd, (uint8_t)i, 0x06, 0x01);
  for (long i = 0; i < o->count; i++) {
    double start = now_us();
    inband_ask(fd, (uint8_t)i, 0x06, 0x01);
    times[i] = now_us() - start;
  }
  report_times(times, o->count);
}

/* --- whole visits --- */

static void visit(const options *o, int fd, uint32_t id, bool ask) {
  console c;
  console_init(&c, fd, &o->as, id);
  console_login(&c, &o->as);
  if (ask) {
    uint8_t packet[PACKET_MAX];
    size_t length = 0;
    console_ask(&c, packet, 0x00, 0x01, NULL, 0, &length);
  }
  console_close(&c);
  console_free(&c);
}

static void run_login(const options *o) {
  int fd = udp_socket(o->host, o->port);
  for (long i = 0; i < o->count; i++) visit(o, fd, 0xc0de0000u + (uint32_t)i, false); /* until it is warm */
  span s;
  span_start(&s, o->pid);
  for (long i = 0; i < o->count; i++) visit(o, fd, 0xc1de0000u + (uint32_t)i, false);
  span_end(&s);
  report(&s, o->count);
}

/* Every visit is a straight line, so `sessions` processes share the addresses among them. */
static void run_sweep(const options *o) {
  struct in_addr first;
  inet_pton(AF_INET, o->host, &first);
  span s;
  span_start(&s, o->pid);
  int children[256], most = o->sessions < 256 ? o->sessions : 256;
  for (int k = 0; k < most; k++) {
    children[k] = fork();
    if (children[k] != 0) continue;
    for (long i = k; i < o->count; i += most) {
      struct in_addr one = {.s_addr = htonl(ntohl(first.s_addr) + (uint32_t)i)};
      char host[INET_ADDRSTRLEN];
      inet_ntop(AF_INET, &one, host, sizeof host);
      int fd = udp_socket(host, o->port);
      visit(o, fd, 0xc0de0000u + (uint32_t)i, true);
      close(fd);
    }
    _exit(0);
  }
  int failed = 0;
  for (int k = 0; k < most; k++) {
    int status = 0;
    waitpid(children[k], &status, 0);
    failed += status != 0;
  }
  if (failed > 0) fail("%d of %d parts of the sweep failed", failed, most);
  span_end(&s);
  report(&s, o->count);
}

/* --- serial over LAN --- */

static void say(sol *s, const char *text) {
  sol_send(s, (const uint8_t *)text, strlen(text));
  while (s->waiting_size > 0 && s->received == 0) sol_step(s, 100, 0);
}

/* Behind an empty line: ipmi_sim takes the first packet for a repetition when the session before ended with its number. */
static void order(sol *s, const char *what, long count) {
  char line[40];
  snprintf(line, sizeof line, "%s %ld\n", what, count);
  say(s, "\n");
  say(s, line);
}

static void report_sol(const span *s, const sol *line, double best_silence_us) {
  printf("{\"characters\":%ld,\"packets\":%ld,\"wallUs\":%.0f,\"cpuUs\":%.0f,\"longestSilenceUs\":%.0f}\n", line->received,
         line->packets, s->wall_us, s->cpu_us, best_silence_us);
}

static void run_sol_download(const options *o) {
  console c;
  sol line;
  span s;
  console_init(&c, udp_socket(o->host, o->port), &o->as, 0xc0de0001u);
  console_login(&c, &o->as);
  sol_activate(&line, &c, 0);
  span_start(&s, o->pid);
  order(&line, "send", o->count);
  line.loss = o->loss;
  double last = now_us(), silence = 0;
  while (line.received < o->count) {
    if (!sol_step(&line, 10000, line.received)) fail("no character for 10 s after %ld", line.received);
    double now = now_us();
    if (now - last > silence) silence = now - last;
    last = now;
  }
  span_end(&s);
  line.loss = 0;
  report_sol(&s, &line, silence);
  sol_deactivate(&line);
  console_close(&c);
}

static void run_sol_paste(const options *o) {
  console c;
  sol line;
  span s;
  uint8_t block[64];
  console_init(&c, udp_socket(o->host, o->port), &o->as, 0xc0de0001u);
  console_login(&c, &o->as);
  sol_activate(&line, &c, 0);
  order(&line, "echo", o->count);
  span_start(&s, o->pid);
  for (long sent = 0; line.received < o->count;) {
    if (line.waiting_size == 0 && sent < o->count) {
      for (int i = 0; i < 64; i++) block[i] = (uint8_t)((sent + i) % 251);
      long size = o->count - sent < 64 ? o->count - sent : 64;
      sol_send(&line, block, (size_t)size);
      sent += size;
    }
    if (!sol_step(&line, 5000, line.received) && line.waiting_size == 0) {
      printf("{\"characters\":%ld,\"lost\":%ld}\n", line.received, sent - line.received);
      sol_deactivate(&line);
      console_close(&c);
      return;
    }
  }
  span_end(&s);
  report_sol(&s, &line, 0);
  sol_deactivate(&line);
  console_close(&c);
}

/* A console that goes away in the middle of a flood and says nothing, then one that takes the port over. */
static void run_sol_return(const options *o) {
  console gone, back;
  sol line;
  console_init(&gone, udp_socket(o->host, o->port), &o->as, 0xc0de0001u);
  console_login(&gone, &o->as);
  sol_activate(&line, &gone, 0);
  order(&line, "tick", o->quiet_s + 3);
  while (line.received < 5000) sol_step(&line, 5000, -1);
  if (o->quiet_s > 0) sleep((unsigned)o->quiet_s);
  else sol_deactivate(&line);

  console_init(&back, udp_socket(o->host, o->port), &o->as, 0xc0de0002u);
  console_login(&back, &o->as);
  sol again = {.console = &back};
  if (o->quiet_s > 0) sol_deactivate(&again);
  sol_activate(&again, &back, 0);
  double start = now_us();
  while (again.received == 0 && now_us() - start < 10e6) sol_step(&again, 200, -1);
  double first = now_us() - start;
  if (again.received == 0) printf("{\"recovered\":false}\n");
  else printf("{\"recovered\":true,\"firstCharacterUs\":%.0f}\n", first);
  while (again.received > 0 && sol_step(&again, 300, -1)) { /* until the port is quiet for whoever is next */
  }
  sol_deactivate(&again);
  console_close(&back);
}

int main(int count, char **arguments) {
  if (count < 4) return fputs(USAGE, count == 2 ? stdout : stderr), count == 2 ? 0 : 2;
  options o;
  parse(&o, count, arguments);
  const char *mode = arguments[1];
  if (strcmp(mode, "command") == 0) run_throughput(&o, &commands, true);
  else if (strcmp(mode, "echo") == 0) run_throughput(&o, &echoes, false);
  else if (strcmp(mode, "latency") == 0) run_latency(&o, &commands, true);
  else if (strcmp(mode, "echo-latency") == 0) run_latency(&o, &echoes, false);
  else if (strcmp(mode, "login") == 0) run_login(&o);
  else if (strcmp(mode, "sweep") == 0) run_sweep(&o);
  else if (strcmp(mode, "sol-download") == 0) run_sol_download(&o);
  else if (strcmp(mode, "sol-paste") == 0) run_sol_paste(&o);
  else if (strcmp(mode, "inband") == 0) run_inband(&o);
  else if (strcmp(mode, "sol-return") == 0) run_sol_return(&o);
  else fail("%s is not a mode", mode);
  return 0;
}
