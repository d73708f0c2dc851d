import { Writable } from 'node:stream';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { exportAudit } from '../../src/audit/export-audit.ts';
import { parseConfig } from '../../src/config.ts';
import { startApp, type RunningApp } from '../../src/main.ts';
import { FAKES } from '../secrets/fake-secrets.ts';
import { waitFor } from '../support/wait-for.ts';
import { openOverrideStage, type OverrideStage } from './override-stage.ts';

let scene: OverrideStage;
let app: RunningApp;
let logged = '';

beforeAll(async () => {
  scene = await openOverrideStage();
  const { environment, clock, workspace } = scene.stage;
  const into = new Writable({
    write(chunk: Buffer, _encoding, done) {
      logged += chunk.toString();
      done();
    },
  });
  app = await startApp({
    config: parseConfig(environment),
    policy: sandboxPolicy(environment['POLICY_FILE']),
    clock,
    log: pino({ level: 'trace' }, into),
  });
  workspace.setAppUrl(`http://127.0.0.1:${app.port}/slack/events`);
}, 60_000);

afterAll(async () => {
  await app?.stop();
  await scene?.stage.close();
});

/** One of each form, most of them; a multi-line one fits no single-line input, and is tested with the forms. */
const VALUES = [...new Map(FAKES.filter(([, value]) => !value.includes('\n'))).entries()];
const SAID = /value of a secret|gizli bir değere benziyor/u;

async function openModal(user: string, command: string, text: string, callbackId: string) {
  await scene.people.command(user, command, text);
  return await waitFor(
    `the modal ${callbackId}`,
    async () => {
      const view = await scene.people.top(user);
      return view?.callback_id === callbackId ? view : undefined;
    },
    30_000,
  );
}

/** Sends every value, each in one of the fields (long ones in the first); it is refused beside the field it stands in. */
async function refuseAll(
  user: string,
  viewId: string,
  fields: readonly string[],
  rest: Record<string, string> = {},
): Promise<void> {
  for (const [index, [, value]] of VALUES.entries()) {
    const field = value.length > 90 ? fields[0]! : fields[index % fields.length]!;
    const answer = await scene.people.submit(user, viewId, { ...rest, [field]: `use ${value} please` });
    expect(answer.errors, `${value} in ${field}`).toEqual({ [field]: expect.stringMatching(SAID) });
  }
  const short = VALUES.filter(([, value]) => value.length < 60);
  const all = Object.fromEntries(fields.map((field, index) => [field, short[index]![1]]));
  const { errors } = await scene.people.submit(user, viewId, { ...rest, ...all });
  expect(Object.keys(errors ?? {}).toSorted()).toEqual(fields.toSorted());
}

test('at least twenty forms are typed', () => {
  expect(VALUES.length).toBeGreaterThanOrEqual(40);
});

test('a value in the modal of an incident is refused', async () => {
  const view = await openModal('ops1', '/incident', 'open', 'incidents.open');
  await refuseAll('ops1', view.id, ['title']);
  await scene.people.act('close', { user: 'ops1', view_id: view.id, all: true });
});

test('a value in the form of an override is refused', async () => {
  const [payout] = await scene.fail();
  const view = await openModal('ops2', '/override', payout!.id, 'overrides.ask');
  await refuseAll('ops2', view.id, ['note', 'ticket', 'evidence'], {
    what: 'mark_paid:bank_proof',
    reason: 'bank_confirmed',
    note: 'The bank shows it as booked.',
    ticket: 'OPS-4711',
    evidence: 'https://bank.example/statement/4711',
  });
  await scene.people.act('close', { user: 'ops2', view_id: view.id, all: true });
});

test('a value in the form of an exemption is refused', async () => {
  const view = await openModal('security1', '/exemption', 'add', 'exemptions.add');
  await refuseAll('security1', view.id, ['mitigation', 'name', 'place', 'ticket', 'links'], {
    name: 'STRIPE_SECRET_KEY',
    place: 'prod',
    risk: 'HIGH',
    route: 'rotate',
    mitigation: 'A test key, in staging only.',
    ticket: 'OPS-4711',
    links: 'https://wiki.example/register',
  });
  await scene.people.act('close', { user: 'security1', view_id: view.id, all: true });
});

test('a value behind any command is refused', async () => {
  const commands = ['/exemption', '/override', '/incident', '/recon', '/payouts'];
  for (const [index, [, value]] of VALUES.entries()) {
    const command = commands[index % commands.length]!;
    const { reply } = await scene.people.command('lead1', command, `add ${value}`);
    expect(reply?.text, `${value} behind ${command}`).toMatch(SAID);
    expect(JSON.stringify(reply)).not.toContain(value);
  }
  // A modal that opens at once must not have opened with it.
  expect(JSON.stringify((await scene.people.state()).views['lead1'] ?? [])).toBe('[]');
});

test('none of them is in the database, the log, or the export', async () => {
  await scene.stage.idle();
  const { pool } = scene.stage.ours;
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')
        and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')`,
  );
  expect(tables.length).toBeGreaterThan(30);
  let dump = '';
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select t::text as row from ${name} t`);
    dump += rows.map(({ row }) => row).join('\n');
  }
  let exported = '';
  for await (const line of exportAudit(pool, {})) exported += line;
  expect(dump.length).toBeGreaterThan(1_000);
  expect(logged.length).toBeGreaterThan(100);
  expect(exported).toContain('secret.refused');
  for (const [shape, value] of VALUES) {
    const seen = Object.entries({ dump, logged, exported }).filter(([, text]) => text.includes(value));
    expect(
      seen.map(([where]) => where),
      shape,
    ).toEqual([]);
  }
  const messages = JSON.stringify((await scene.people.state()).messages);
  expect(VALUES.filter(([, value]) => messages.includes(value))).toEqual([]);
});

test('each refusal is in the audit log, by form and field', async () => {
  const { rows } = await scene.stage.ours.pool.query<{
    data: { where: string; field: string; shape: string };
  }>(`select data::jsonb as data from audit_log where action = 'secret.refused'`);
  const shapes = new Set(rows.map(({ data }) => data.shape));
  expect([...shapes].toSorted()).toEqual(VALUES.map(([shape]) => shape).toSorted());
  expect(new Set(rows.map(({ data }) => data.where))).toContain('incidents.open');
  expect(await scene.auditState()).not.toBe('broken');
});
