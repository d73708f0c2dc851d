import type { Desk } from '../../handlers/desk.ts';
import { listenToPayouts, type PayoutParts } from '../../handlers/payouts.ts';
import { makeFrontDoor } from '../../handlers/index.ts';
import { makeListeners } from '../../handlers/listener.ts';
import { renderPayout } from '../../blocks/payouts.ts';
import { makeSlackViews } from '../../src/adapters/slack-views.ts';
import { makeSlack } from '../../src/adapters/slack-web.ts';
import { makeLog } from '../../src/log.ts';
import { appendAudit } from '../../src/audit/append.ts';
import { withTransaction } from '../../src/database/pool.ts';
import { applyObservations } from '../../src/findings/apply-observations.ts';
import type { Observation } from '../../src/findings/types.ts';
import type { AccountId, TenantId } from '../../src/ids.ts';
import { loadPayout } from '../../src/payouts/load-payout.ts';
import type { People, Role } from '../../src/people/types.ts';
import type { Locale } from '../../src/texts.ts';
import { sandboxPolicy } from '../../sandbox/settings.ts';
import { createOurDatabase } from '../support/databases.ts';
import { BOT_TOKEN, openWorkspace, SIGNING_SECRET } from '../workspace/open-workspace.ts';

const ROLES_OF: Readonly<Record<string, Role>> = {
  ops1: 'ops',
  ops2: 'ops',
  lead1: 'leads',
  engineer1: 'sre',
  security1: 'security',
};
const TURKISH = new Set(['ops2']);

/** The listeners of payouts behind the signed front door, on a database of ours and a workspace. */
export async function openPayoutsDoor() {
  const [ours, local] = await Promise.all([createOurDatabase(), openWorkspace()]);
  const noted = {
    escalated: [] as string[],
    refusals: [] as [Parameters<People['noteRefusal']>[0]['why'], string][],
    forged: [] as string[],
    locales: 0,
  };
  const log = makeLog('silent');
  const policy = sandboxPolicy(undefined);
  const { users, channels } = await local.state();
  const nameOf = new Map(users.map(({ id, name }) => [id, name]));
  const api = { token: BOT_TOKEN, apiUrl: local.workspace().apiUrl, log };
  const localeOf = (name: string): Locale => (TURKISH.has(name) ? 'tr' : 'en');
  const desk: Desk = {
    pool: ours.pool,
    clock: local.clock,
    policy,
    log,
    views: makeSlackViews(api),
    people: {
      identify: async ({ userId }) => {
        const name = nameOf.get(userId) ?? '';
        const role = ROLES_OF[name];
        const locale = localeOf(name);
        if (role === undefined) return { ok: false, why: 'no_role', locale } as const;
        const person = { userId, key: name, name, locale, roles: new Set([role]) };
        return { ok: true, person } as const;
      },
      localeOf: async (userId) => {
        noted.locales += 1;
        return localeOf(nameOf.get(userId) ?? '');
      },
      noteRefusal: async ({ why, action }) => void noted.refusals.push([why, action]),
    },
  };
  const show = { policy, platform: { canAsk: () => true } };
  const parts: PayoutParts = {
    show,
    escalations: { pool: ours.pool, policy },
    linkTo: async () => null,
    onEscalated: async (id) => void noted.escalated.push(id),
    noteForged: async (press, _person, action) => void noted.forged.push(`${action} ${press.id}`),
  };
  const listeners = makeListeners(desk);
  listenToPayouts(listeners, desk, parts);
  const door = makeFrontDoor({
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    slackApiUrl: api.apiUrl,
    slack: makeSlack(api),
    probes: { readiness: async () => [], metrics: async () => ({ contentType: 'text/plain', body: '' }) },
    attach: (app) => listeners.attach(app),
    log,
  });
  const { port } = await door.start({ host: '127.0.0.1', port: 0 });
  local.workspace().setAppUrl(`http://127.0.0.1:${port}/slack/events`);
  const channel = channels.find(({ name }) => name === 'ops-alerts')!.id;

  async function post(blocks: readonly object[]): Promise<string> {
    const { ts } = await local.api('chat.postMessage', { channel, text: 'a payout', blocks });
    return String(ts);
  }
  return {
    ours,
    local,
    noted,
    channel,
    post,
    /** The message about an episode, as it is now. */
    async postPayout(id: string): Promise<string> {
      const model = await loadPayout(ours.pool, id, show);
      return await post(
        renderPayout(model!, { locale: 'en', previousPermalink: null, permalink: () => null }).blocks,
      );
    },
    /** The finding that a check would keep about a failed payout of the usual account. */
    async find(transactionId: string): Promise<void> {
      const now = local.clock.now();
      const observation: Observation = {
        rule: 'R23',
        family: 'payout',
        tenantId: 'anadolu' as TenantId,
        subject: { kind: 'transaction', id: transactionId },
        accountId: 'acc_1' as AccountId,
        provider: 'kuzey-pay',
        currency: 'TRY',
        amountMinor: 45_050n,
        amountReportingMinor: null,
        class: 'MED',
        action: 'manual_review',
        evidence: {
          key: 'R23.not_safe',
          args: { reason: 'not_asked', attempts: 1, provider: 'kuzey-pay', error: 'declined' },
        },
        causeKey: transactionId,
        occurredAt: now,
      };
      const look = { runId: null, observedAt: now, now, actor: 'job:test', startAt: null };
      await withTransaction(ours.pool, async (tx) =>
        appendAudit(tx, now, await applyObservations(tx, look, [observation])),
      );
    },
    press: (user: string, ts: string, pressed: object) =>
      local.act('click', { user, channel: 'ops-alerts', ts, ...pressed }),
    pressIn: (user: string, viewId: string, pressed: object) =>
      local.act('click', { user, view_id: viewId, ...pressed }),
    command: (user: string, text: string) =>
      local.act('command', { user, channel: 'ops-alerts', command: '/payouts', text }),
    heard: async (): Promise<string[]> => (await local.state()).ephemerals.map(({ text }) => text),
    topOf: async (user: string) => (await local.state()).views[user]?.at(-1),
    async close() {
      await door.stop();
      await local.stop();
      await ours.drop();
    },
  };
}
