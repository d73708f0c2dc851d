import { expect } from 'vitest';
import type { ShownMessage } from '../support/channel.ts';
import type { StageOptions } from '../support/stage.ts';
import { waitFor } from '../support/wait-for.ts';
import { openRetryStage, pressSigned, type FailedPayout } from './retry-stage.ts';

interface OverrideSeen {
  id: string;
  state: string;
  version: number;
  target: string;
  operation: string | null;
  isReadBack: boolean;
}

interface VoteSeen {
  version: number;
  by: string;
  vote: string;
  role: string;
}

/** One request, as the platform's own payment and as ours. */
export interface AskedOverride extends FailedPayout {
  overrideId: string;
}

/** What is typed into the form unless told. */
const TYPED = {
  what: 'mark_paid:bank_proof',
  reason: 'bank_confirmed',
  note: 'The bank shows it as booked.',
  ticket: 'OPS-4711',
  evidence: 'https://bank.example/statement/4711',
};

/** A stage on which people ask for overrides of failed payouts, and others decide about them. */
export async function openOverrideStage(options: StageOptions = {}) {
  const scene = await openRetryStage(options);
  const { stage, people } = scene;
  const { pool } = stage.ours;

  /** Messages of one kind about a subject, in whatever channel, oldest first. */
  async function messagesOf(kind: string, subjectIds: readonly string[]): Promise<ShownMessage[]> {
    const { rows } = await pool.query<{ channel: string; ts: string }>(
      `select channel_id as channel, ts from cards where kind = $1 and subject_id = any($2) and ts is not null`,
      [kind, subjectIds],
    );
    const known = new Set(rows.map(({ channel, ts }) => `${channel} ${ts}`));
    const { messages } = await people.state();
    return messages.filter(({ channel, ts }) => known.has(`${channel} ${ts}`));
  }

  async function one(kind: string, overrideId: string): Promise<ShownMessage> {
    const found = await messagesOf(kind, [overrideId]);
    if (found.length !== 1) throw new Error(`${found.length} messages ${kind} are about ${overrideId}`);
    return found[0]!;
  }

  const card = (overrideId: string) => one('override', overrideId);

  async function overridesOf(id: string): Promise<OverrideSeen[]> {
    const { rows } = await pool.query<OverrideSeen>(
      `select id, state, version, target, operation_id as operation, read_back_at is not null as "isReadBack"
         from overrides where subject_id = $1 order by requested_at, id`,
      [id],
    );
    return rows;
  }

  async function votesOf(overrideId: string): Promise<VoteSeen[]> {
    const { rows } = await pool.query<VoteSeen>(
      `select version, user_id as by, vote, role from override_votes
        where override_id = $1 order by version, voted_at, user_id`,
      [overrideId],
    );
    const { users } = await people.state();
    const names = new Map(users.map(({ id, name }) => [id, name]));
    return rows.map((row) => ({ ...row, by: names.get(row.by) ?? row.by }));
  }

  async function noticesOf(overrideId: string): Promise<string[]> {
    const { rows } = await pool.query<{ kind: string }>(
      'select kind from override_notices where override_id = $1 order by at, kind',
      [overrideId],
    );
    return rows.map(({ kind }) => kind);
  }

  /** Everything that was said in its thread, oldest first; the message that begins the thread is not in it. */
  async function thread(overrideId: string): Promise<ShownMessage[]> {
    const { channel, thread_ts: root } = await card(overrideId);
    const { messages } = await people.state();
    return messages.filter(({ channel: where, thread_ts: ts }) => where === channel && ts === root);
  }

  /** Keys of the changes by hand that the platform was asked for, in order. */
  async function keysByHand(id: string, action = 'mark_paid'): Promise<(string | null)[]> {
    return (await stage.platform.calls())
      .filter((call) => call.subject === id && call.action === action)
      .map(({ idempotency_key: key }) => key);
  }

  /** First line of what was said beneath the card, oldest first. */
  async function noticesIn(overrideId: string): Promise<string[]> {
    const said = await thread(overrideId);
    const own = await card(overrideId);
    return said.filter(({ ts }) => ts !== own.ts).map(({ text }) => text.split('\n')[0] ?? '');
  }

  /** The thread holds the card and these notices, each once and in this order, as far as that tells the truth. */
  async function expectThread(overrideId: string, kinds: string[]): Promise<void> {
    expect(await noticesOf(overrideId)).toEqual(kinds);
    // Many messages were rewritten by now: a channel takes one a second, so a notice may still wait its turn.
    if ((await noticesIn(overrideId)).length < kinds.length) await scene.pass(60);
    const notices = await noticesIn(overrideId);
    // After a crash the news of the approval may come last: then it says that it is settled.
    const isLate = notices.at(-1)?.startsWith('☑️ Approved. By now it is settled') === true;
    const ordered = isLate ? [notices.at(-1), ...notices.slice(0, -1)] : notices;
    expect(ordered).toEqual(kinds.map((kind) => expect.stringMatching(SAID[kind] ?? /$./)));
  }

  /** Opens the form from the payout's message, and gives the modal once it can be filled in. */
  async function openForm(user: string, payout: FailedPayout) {
    const { channel, ts, blocks } = await scene.card(payout.payoutId);
    const pressed = requestOn(blocks);
    await people.act('click', { user, channel: await channelName(channel), ts, ...pressed });
    return await waitFor(
      'the form',
      async () => {
        const view = await people.top(user);
        return view?.callback_id === 'overrides.ask' ? view : undefined;
      },
      30_000,
    );
  }

  async function channelName(id: string): Promise<string> {
    return (await people.state()).channels.find((each) => each.id === id)?.name ?? '';
  }

  return {
    ...scene,
    messagesOf,
    overrideCard: card,
    line: (overrideId: string) => one('override_line', overrideId),
    overridesOf,
    votesOf,
    noticesOf,
    thread,
    openForm,
    /** From the alert, as a person does it: the form, filled in, sent. Gives what the app answered. */
    async submitForm(user: string, payout: FailedPayout, typed: Partial<typeof TYPED> = {}) {
      const view = await openForm(user, payout);
      return await people.submit(user, view.id, { ...TYPED, ...typed });
    },
    /** Sends the form, filled in. Gives what the app answered. */
    sendForm: (user: string, viewId: string, typed: Partial<typeof TYPED> = {}) =>
      people.submit(user, viewId, { ...TYPED, ...typed }),
    /** From the alert, as a person does it, until its card and its line stand there. */
    async ask(user: string, payout: FailedPayout, typed: Partial<typeof TYPED> = {}): Promise<AskedOverride> {
      const view = await openForm(user, payout);
      const answer = await people.submit(user, view.id, { ...TYPED, ...typed });
      if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
      await stage.idle();
      const overrides = await overridesOf(payout.id);
      const newest = overrides.at(-1);
      if (newest === undefined)
        throw new Error(`nothing was asked for: ${JSON.stringify(await people.top(user))}`);
      await waitFor('its card', () => card(newest.id).catch(() => undefined));
      return { ...payout, overrideId: newest.id };
    },
    /** Presses a button of the request's card, as the workspace sends it; gives the ack. */
    async decide(user: string, verb: 'approve' | 'reject' | 'renew', overrideId: string) {
      const { channel, ts } = await card(overrideId);
      return await people.press(user, await channelName(channel), ts, `overrides.${verb}`);
    },
    approve,
    /** A signed press at a process of one's choice, whether or not the button still stands there; gives the status. */
    async decideAt(
      port: number,
      user: string,
      { overrideId, version = 1, verb = 'approve', card: shown }: Decision,
    ): Promise<number> {
      return await pressSigned(stage, port, {
        userId: await people.idOf(user),
        card: shown ?? (await card(overrideId)),
        actionId: `overrides.${verb}`,
        value: `${overrideId}:${version}`,
      });
    },
    keysByHand,
    /**
     * What holds of a request that was carried out, whatever was in between: one effect under one key, one operation, the
     * votes that it took, and messages each of which stands there once and says so.
     */
    async expectExecuted(
      { id, payoutId, overrideId }: AskedOverride,
      { votes, action = 'mark_paid', version = 1 }: { votes: string[]; action?: string; version?: number },
    ): Promise<void> {
      expect(await scene.effectsOn(id)).toEqual([action]);
      expect(new Set(await keysByHand(id, action)).size).toBe(1);
      const operations = await scene.operations(id);
      expect(operations).toMatchObject([{ state: 'succeeded', action, refusal: null }]);
      expect(await overridesOf(id)).toEqual([
        expect.objectContaining({
          id: overrideId,
          state: 'executed',
          version,
          operation: operations[0]!.id,
          isReadBack: true,
        }),
      ]);
      const counted = (await votesOf(overrideId)).filter((vote) => vote.version === version);
      expect(counted.map(({ by }) => by).toSorted()).toEqual(votes.toSorted());
      const shown = await card(overrideId);
      expect(shown.text).toMatch(/^✅ Override carried out/);
      expect(shown.text).toMatch(/Carried out .*\n[\s\S]*State: .* → .*, read back/);
      expect(shown.text).not.toMatch(/nknown whether|on its way|waits for approval|being read back/);
      expect(shown.text).toContain(`${votes.length} of ${votes.length} approved`);
      expect(JSON.stringify(shown.blocks)).not.toMatch(/overrides\.(approve|reject|renew)/);
      expect((await one('override_line', overrideId)).text).toMatch(/^✅ Override carried out/);
      await expectThread(overrideId, ['approved', 'executed']);
      const alert = await scene.card(payoutId);
      expect(alert.text).toMatch(/Override .*: done by hand/);
      for (const word of [
        'override.approved',
        'override.executing',
        'override.executed',
        'override.read_back',
      ])
        expect(await auditedOf(overrideId, word), word).toBe(1);
      expect(await auditedOf(overrideId, 'override.approved_by')).toBe(
        (await votesOf(overrideId)).filter(({ vote }) => vote === 'approve').length,
      );
      expect(await scene.auditState()).not.toBe('broken');
    },
    expectThread,
    auditedOf,
  };

  /** Presses Approve until the vote stands: on a busy machine a click may come to nothing, and says so. */
  async function approve(user: string, overrideId: string): Promise<void> {
    for (let tries = 0; tries < 5; tries += 1) {
      const { channel, ts } = await card(overrideId);
      await people.press(user, await channelName(channel), ts, 'overrides.approve');
      const voted = await waitFor(
        'the vote',
        async () => ((await votesOf(overrideId)).some(({ by }) => by === user) ? true : undefined),
        5_000,
      ).catch(() => false);
      if (voted) return;
    }
    throw new Error(`${user} could not vote`);
  }

  async function auditedOf(overrideId: string, action: string): Promise<number> {
    const { rows } = await pool.query<{ count: number }>(
      `select count(*)::int from audit_log where action = $1 and subject_kind = 'override' and subject_id = $2`,
      [action, overrideId],
    );
    return rows[0]!.count;
  }
}

export type OverrideStage = Awaited<ReturnType<typeof openOverrideStage>>;

interface Decision {
  overrideId: string;
  version?: number;
  verb?: 'approve' | 'reject' | 'renew' | 'cancel';
  /** As it was when whoever presses saw it. */
  card?: ShownMessage;
}

const SAID: Readonly<Record<string, RegExp>> = {
  approved: /^☑️ Approved\. /,
  executed: /^✅ Carried out\./,
  failed: /^⚠️ Not carried out/,
  voided: /^♻️ What was asked for is not there any more/,
  rejected: /^✋ Rejected by/,
  expired: /^⌛ Expired\./,
};

/** What a click on "Request override" names: a button, or an option of the menu. */
function requestOn(blocks: ShownMessage['blocks']): { action_id: string; option?: string } {
  for (const block of blocks) {
    for (const element of (block['elements'] ?? []) as Offered[]) {
      if (element.action_id === 'overrides.request') return { action_id: element.action_id };
      const option = element.options?.find(({ value }) => value.startsWith('overrides.request:'));
      if (option !== undefined) return { action_id: element.action_id ?? '', option: option.value };
    }
  }
  throw new Error(`no override is offered: ${JSON.stringify(blocks)}`);
}

interface Offered {
  action_id?: string;
  options?: { value: string }[];
}
