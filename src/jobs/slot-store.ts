import type { Queryable } from '../database/pool.ts';
import type { Schedule, Slot } from './types.ts';

/**
 * Makes the schedule known. A new one, or one whose expression or zone changed, begins now: moments before that are
 * nobody's. An unchanged one keeps its last slot, so that what fell due while the app was down is caught up.
 */
export async function registerSchedule(db: Queryable, schedule: Schedule, now: Date): Promise<void> {
  await db.query(
    `insert into schedules as s (name, last_slot_at, cron, zone, lead_ms) values ($1, $2, $3, $4, $5)
     on conflict (name) do update set cron = excluded.cron, zone = excluded.zone, lead_ms = excluded.lead_ms,
       last_slot_at = case when (s.cron, s.zone) = (excluded.cron, excluded.zone) then s.last_slot_at
         else greatest(s.last_slot_at, excluded.last_slot_at) end`,
    [schedule.name, now, schedule.cron, schedule.zone, schedule.leadMs],
  );
}

/** Forgets schedules that policy no longer names; their slots stay. */
export async function forgetOtherSchedules(db: Queryable, names: readonly string[]): Promise<void> {
  await db.query('delete from schedules where name <> all ($1)', [names]);
}

interface KnownSchedule {
  name: string;
  cron: string;
  zone: string;
  lastSlotAt: Date;
  leadMs: number;
}

/** All known schedules as they stand. */
export async function knownSchedules(db: Queryable): Promise<KnownSchedule[]> {
  const { rows } = await db.query<{
    name: string;
    cron: string;
    zone: string;
    last_slot_at: Date;
    lead_ms: string;
  }>('select name, cron, zone, last_slot_at, lead_ms from schedules');
  return rows.map((row) => ({
    name: row.name,
    cron: row.cron,
    zone: row.zone,
    lastSlotAt: row.last_slot_at,
    leadMs: Number(row.lead_ms),
  }));
}

/** The newest slot of each known schedule that was turned into rows. */
export async function lastSlots(db: Queryable): Promise<Map<string, Date>> {
  const { rows } = await db.query<{ name: string; last_slot_at: Date }>(
    'select name, last_slot_at from schedules',
  );
  return new Map(rows.map((row) => [row.name, row.last_slot_at]));
}

/** Locks the schedule until the transaction ends and returns its newest slot. */
export async function lockSchedule(db: Queryable, name: string): Promise<Date | undefined> {
  const { rows } = await db.query<{ last_slot_at: Date }>(
    'select last_slot_at from schedules where name = $1 for update',
    [name],
  );
  return rows[0]?.last_slot_at;
}

/** Moves the schedule on; never back. */
export async function moveSchedule(db: Queryable, name: string, lastSlotAt: Date): Promise<void> {
  await db.query('update schedules set last_slot_at = greatest(last_slot_at, $2) where name = $1', [
    name,
    lastSlotAt,
  ]);
}

/** Writes slots in the given state and returns those that did not exist before. */
export async function insertSlots(
  db: Queryable,
  schedule: string,
  moments: readonly Date[],
  state: 'due' | 'missed',
  now: Date,
): Promise<Date[]> {
  if (moments.length === 0) return [];
  const { rows } = await db.query<{ slot_at: Date }>(
    `insert into slots (schedule, slot_at, state, created_at, settled_at)
     select $1, slot_at, $3::text, $4, case when $3::text = 'missed' then $4::timestamptz end
     from unnest($2::timestamptz[]) as slot_at
     on conflict do nothing
     returning slot_at`,
    [schedule, moments, state, now],
  );
  return rows.map((row) => row.slot_at).toSorted((a, b) => a.getTime() - b.getTime());
}

/** The slot's task is settled. */
export async function settleSlot(
  db: Queryable,
  slot: Slot,
  state: 'done' | 'failed',
  now: Date,
): Promise<void> {
  await db.query(
    `update slots set state = $3, settled_at = $4 where schedule = $1 and slot_at = $2 and state = 'due'`,
    [slot.schedule, slot.slotAt, state, now],
  );
}
