/* Time, the server's CPU, and what a run prints: one line of JSON. */
#ifndef BMCSIM_BENCH_MEASURE_H
#define BMCSIM_BENCH_MEASURE_H

#include <stdint.h>
#include <stdlib.h>

typedef struct {
  int pid; /* of the server; 0: its CPU is not asked for */
  double wall_us;
  double cpu_us;
} span;

double now_us(void);
/* CPU time of all threads of a process so far. */
double process_cpu_us(int pid);
void span_start(span *s, int pid);
void span_end(span *s);
/* Sorts; `percent` of 0..100. */
double percentile(double *values, size_t count, double percent);

#endif
