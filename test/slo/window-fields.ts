import type { WindowFields } from '../../src/slo/add-window.ts';

/** The 45 minutes, by the clock of Istanbul. */
export const FIELDS: WindowFields = {
  slo: 'api-availability',
  fromDay: '2026-01-15',
  fromTime: '07:10',
  toDay: '2026-01-15',
  toTime: '07:55',
  cause: 'maintenance',
  note: 'The database was moved.',
};
