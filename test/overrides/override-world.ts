import { randomUUID } from 'node:crypto';
import type { UserId } from '../../src/ids.ts';
import type { Person } from '../../src/people/types.ts';
import { cancelOverride } from '../../src/overrides/cancel-override.ts';
import { approveOverride, rejectOverride } from '../../src/overrides/decide-override.ts';
import { renewOverride } from '../../src/overrides/renew-override.ts';
import { requestOverride } from '../../src/overrides/request-override.ts';
import { PAYOUT_CHOICES } from '../../src/overrides/types.ts';
import type { Order } from '../../src/platform/types.ts';
import { accountOf, identifyIn, keyOf, peopleOf } from './override-cast.ts';
import { look, openPayout, readRows, type Payout, type PayoutGiven, type Shared } from './override-books.ts';
import { surviving, TENANT, type Ground } from './override-ground.ts';
import { centsOf, judgeEnd, judgeSend, seatsOf, type Ballot, type Moment } from './override-judge.ts';
import { readMoment, readStates, wasGiven, type Asked, type Known } from './override-known.ts';

export interface Given {
  startsAt: string;
  shared: Shared;
  hasBeneficiary: boolean;
  payouts: [PayoutGiven, PayoutGiven];
}

/** Two payouts, their overrides, and a journal of what everybody saw, kept beside what the app keeps. */
export class World {
  readonly ground: Ground;
  readonly known: Known[] = [];
  readonly wrong: string[] = [];
  readonly story: string[] = [];
  readonly #isHigh = new Set<string>();
  readonly #given: Given;
  #payouts: Payout[] = [];
  #rejected = new Set<string>();

  private constructor(ground: Ground, given: Given) {
    this.ground = ground;
    this.#given = given;
  }

  static async begin(ground: Ground, given: Given): Promise<World> {
    await ground.renew(given.startsAt);
    const world = new World(ground, given);
    const account = { tenant: TENANT, account: `acc_${ground.serial}_0` };
    ground.policy = { ...ground.policy, people: peopleOf(given.hasBeneficiary ? account : null) };
    for (const [index, payout] of given.payouts.entries())
      world.#payouts.push(await openPayout(ground, index, given.shared, payout));
    const { platform } = ground;
    const send = platform.send.bind(platform);
    platform.send = async (order) => {
      await world.#watchSend(order);
      return await send(order);
    };
    platform.beforeEffect = (order) => world.#watchEffect(order);
    return world;
  }

  payout(index: number): Payout {
    const payout = this.#payouts[index];
    if (payout === undefined) throw new Error('there are two payouts');
    return payout;
  }

  /** The newest override of a payout. */
  newest(index: number): Known | undefined {
    const { transactionId } = this.payout(index);
    return this.known.findLast(({ payout }) => payout.transactionId === transactionId);
  }

  async request(index: number, userId: UserId, choice: number, asksFirst: boolean): Promise<void> {
    const payout = this.payout(index);
    const person = this.#person(userId);
    const wanted = PAYOUT_CHOICES[choice];
    if (person === null || wanted === undefined) return;
    if (asksFirst) await look(this.ground, payout.transactionId);
    const moment = await this.#moment(payout, null);
    await this.#act(`request ${index} ${userId} ${wanted.target}:${wanted.basis}`, () =>
      requestOverride(this.ground.deps(), this.ground.clock.now(), {
        kind: 'payout',
        tenantId: TENANT,
        subjectId: payout.transactionId,
        choice: wanted,
        reasonCode: 'other',
        reason: 'it stands still',
        ticket: 'OPS-1',
        evidence: 'https://bank.example/1',
        from: { payoutId: payout.payoutId as never },
        person,
        requestId: randomUUID(),
      }),
    );
    await this.observe(async ({ id }) => ({
      ...wanted,
      id,
      payout,
      payee: moment.rows.payee,
      cents: centsOf(moment.rows),
      requester: keyOf(userId),
      hasBeneficiary: this.#hasBeneficiary(payout),
      afterRejection: this.#rejected.has(payout.transactionId),
      opened: moment,
    }));
  }

  /** All of them at the same moment, on connections of their own. */
  async approve(index: number, userIds: readonly UserId[], isStale: boolean): Promise<void> {
    const one = this.newest(index);
    if (one === undefined) return;
    const version = one.version - (isStale ? 1 : 0);
    const moment = await this.#moment(one.payout, one);
    const given = userIds.map(async (userId) => {
      const person = this.#person(userId);
      if (person === null) return;
      const isDone = await this.#act(`approve ${one.payout.transactionId}.${version} ${userId}`, () =>
        approveOverride(this.ground.deps(), moment.at, {
          overrideId: one.id,
          version,
          person,
          teamId: 'T1',
          noInterest: true,
        }),
      );
      if (isDone ?? (await wasGiven(this.ground, one, userId)))
        this.#count(one, version, { ...moment, userId });
    });
    await Promise.all(given);
    await this.observe();
  }

  async reject(index: number, userId: UserId): Promise<void> {
    const one = this.newest(index);
    const person = this.#person(userId);
    if (one === undefined || person === null) return;
    const { id: overrideId, version } = one;
    const moment = await this.#moment(one.payout, one);
    const isDone = await this.#act(`reject ${one.payout.transactionId} ${userId}`, () =>
      rejectOverride(this.ground.deps(), moment.at, {
        overrideId,
        version,
        person,
        teamId: 'T1',
        reason: 'no',
      }),
    );
    await this.observe();
    if (isDone !== true && one.state !== 'rejected') return;
    one.isEnded = true;
    this.#rejected.add(one.payout.transactionId);
    if (isDone === true && seatsOf(one, { ...moment, userId }, null).length === 0)
      this.wrong.push(`${userId} may not reject`);
  }

  async renew(index: number, userId: UserId | 'requester'): Promise<void> {
    await this.#own(index, userId, 'renew');
  }

  async cancel(index: number, userId: UserId | 'requester'): Promise<void> {
    await this.#own(index, userId, 'cancel');
  }

  async runOverride(index: number): Promise<void> {
    const one = this.newest(index);
    if (one === undefined) return;
    await this.ground.runOverride(one.id);
    await this.observe();
  }

  /** What is under way of a payout, by a button or by an override. */
  async runOperation(index: number): Promise<boolean> {
    const { rows } = await this.ground.ours.pool.query<{ id: string }>(
      `select id from operations where tenant_id = $1 and subject_id = $2 and state in ('accepted', 'sent', 'unknown')`,
      [TENANT, this.payout(index).transactionId],
    );
    const id = rows[0]?.id;
    if (id !== undefined) await this.ground.runOperation(id);
    return id !== undefined;
  }

  async lift(index: number): Promise<void> {
    const { payoutId, transactionId } = this.payout(index);
    this.#isHigh.add(transactionId);
    await this.ground.ours.pool.query(`update payouts set class = 'HIGH' where id = $1`, [payoutId]);
  }

  /** Reads what the rows came to, however the step ended: a process that died may have done it all. */
  async observe(made?: (row: { id: string }) => Promise<Asked>): Promise<void> {
    const rows = await readStates(this.ground, this.#payouts);
    for (const row of rows) {
      const { id, version, state, overAt } = row;
      const one = this.known.find((other) => other.id === id);
      if (one === undefined) {
        if (made === undefined) throw new Error(`an override that nobody asked for: ${id}`);
        const opened = await made(row);
        this.known.push({
          ...opened,
          version,
          state,
          overAt,
          votes: [],
          reached: null,
          isEnded: false,
          effects: [],
        });
        continue;
      }
      if (one.state !== state || one.version !== version)
        this.story.push(`${row.subjectId} is ${state}.${version}`);
      const isApproved = ['approved', 'executing', 'executed', 'failed'].includes(state);
      Object.assign(one, { state, overAt });
      if (version !== one.version) await this.#reopen(one, version);
      else if (isApproved && one.reached === null) one.reached = await this.#moment(one.payout, one);
    }
  }

  /** What is true at the end: what is said to be done was done, and nothing else. */
  finish(): void {
    this.wrong.push(...this.known.flatMap(judgeEnd));
  }

  async #own(index: number, by: UserId | 'requester', what: 'renew' | 'cancel'): Promise<void> {
    const one = this.newest(index);
    if (one === undefined) return;
    const userId = by === 'requester' ? accountOf(one.requester) : by;
    const person = { userId, key: keyOf(userId) };
    const request = { overrideId: one.id, person, requestId: randomUUID() };
    const verb = what === 'renew' ? renewOverride : cancelOverride;
    const isDone = await this.#act(`${what} ${one.payout.transactionId} ${userId}`, () =>
      verb(this.ground.deps(), this.ground.clock.now(), request),
    );
    await this.observe();
    if (isDone === true && person.key !== one.requester) this.wrong.push(`${userId} may not ${what}`);
    if (what === 'cancel' && one.state === 'canceled') one.isEnded = true;
  }

  #person(userId: UserId): Person | null {
    const identified = identifyIn(this.ground.groups, userId);
    return identified.ok ? identified.person : null;
  }

  /** True: it was taken; null: nobody knows, since its process ended. */
  async #act(what: string, verb: () => Promise<{ ok: boolean }>): Promise<boolean | null> {
    let outcome: { ok: boolean; refusal?: { why: string } } | null = null;
    await surviving(async () => {
      outcome = await verb();
    });
    const done = outcome as { ok: boolean; refusal?: { why: string } } | null;
    this.story.push(`${what}: ${done === null ? 'died' : (done.refusal?.why ?? 'ok')}`);
    return done?.ok ?? null;
  }

  #count(one: Known, version: number, ballot: Ballot): void {
    if (version !== one.version) this.wrong.push(`${ballot.userId} voted about an earlier version`);
    if (seatsOf(one, ballot, null).length === 0) this.wrong.push(`${ballot.userId} may not approve`);
    one.votes.push(ballot);
  }

  #hasBeneficiary({ accountId }: Payout): boolean {
    return this.#given.hasBeneficiary && accountId === `acc_${this.ground.serial}_0`;
  }

  async #reopen(one: Known, version: number): Promise<void> {
    const opened = await this.#moment(one.payout, one);
    const { payee } = opened.rows;
    Object.assign(one, { version, payee, cents: centsOf(opened.rows), opened, votes: [], reached: null });
  }

  async #moment(payout: Payout, self: Known | null): Promise<Moment> {
    return await readMoment(this.ground, {
      payout,
      isHigh: this.#isHigh.has(payout.transactionId),
      others: this.known.filter((other) => other !== self),
    });
  }

  async #watchSend(order: Order): Promise<void> {
    if (order.override === '') return;
    await this.observe();
    const rows = await readRows(this.ground, order.transactionId);
    const one = this.known.find(({ id }) => id === order.override);
    if (one === undefined) return void this.wrong.push('sent for an override that nobody asked for');
    const { clock, platform } = this.ground;
    const found = judgeSend(one, { at: clock.now(), rows, answers: platform.answers });
    this.story.push(`${order.transactionId} is sent: ${order.action}`);
    this.wrong.push(...found.map((what) => `${order.action} ${order.transactionId}: ${what}`));
  }

  async #watchEffect(order: Order): Promise<void> {
    const one = this.known.find(({ id }) => id === order.override);
    this.story.push(`${order.transactionId} is done: ${order.action}`);
    one?.effects.push(this.ground.clock.now());
    const { state } = await readRows(this.ground, order.transactionId);
    if (['paid', 'rejected'].includes(state)) this.wrong.push(`${order.action} of what is ${state}`);
  }
}
