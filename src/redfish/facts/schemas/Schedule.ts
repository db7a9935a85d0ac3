// Made by scripts/compile-redfish-facts.js: change that, not this.
import type { SchemaFacts } from '../schema-facts.ts'

export const Schedule: SchemaFacts = {
  version: 'v1_2_5',
  types: {
    Schedule: {
      EnabledDaysOfMonth: '[]integer write null',
      EnabledDaysOfWeek: '[]enum:Schedule.DayOfWeek write null',
      EnabledIntervals: '[]string write null +v1_1_0',
      EnabledMonthsOfYear: '[]enum:Schedule.MonthOfYear write null',
      InitialStartTime: 'string write null format:date-time',
      Lifetime: 'string write null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
      MaxOccurrences: 'integer write null',
      Name: 'string write null',
      RecurrenceInterval: 'string write null pattern:^P(\\d+D)?(T(\\d+H)?(\\d+M)?(\\d+(.\\d+)?S)?)?$',
    },
  },
  enums: {
    DayOfWeek: 'Monday Tuesday Wednesday Thursday Friday Saturday Sunday Every',
    MonthOfYear: 'January February March April May June July August September October November December Every',
  },
}
