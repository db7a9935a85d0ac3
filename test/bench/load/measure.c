#include "measure.h"

#include <dirent.h>
#include <stdio.h>
#include <time.h>

double now_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

/* schedstat's first number: nanoseconds on a processor, as fine as the scheduler's own. */
double process_cpu_us(int pid) {
  if (pid == 0) return 0;
  char path[320];
  snprintf(path, sizeof path, "/proc/%d/task", pid);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return 0;
  double total = 0;
  for (struct dirent *task = readdir(tasks); task != NULL; task = readdir(tasks)) {
    if (task->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "/proc/%d/task/%s/schedstat", pid, task->d_name);
    FILE *file = fopen(path, "r");
    double ns = 0;
    if (file != NULL && fscanf(file, "%lf", &ns) == 1) total += ns / 1e3;
    if (file != NULL) fclose(file);
  }
  closedir(tasks);
  return total;
}

void span_start(span *s, int pid) {
  s->pid = pid;
  s->cpu_us = process_cpu_us(pid);
  s->wall_us = now_us();
}

void span_end(span *s) {
  s->wall_us = now_us() - s->wall_us;
  s->cpu_us = process_cpu_us(s->pid) - s->cpu_us;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return x < y ? -1 : x > y;
}

double percentile(double *values, size_t count, double percent) {
  qsort(values, count, sizeof *values, ascending);
  size_t at = (size_t)((double)(count - 1) * percent / 100 + 0.5);
  return values[at];
}
