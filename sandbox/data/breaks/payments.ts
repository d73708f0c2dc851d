import type { Change } from '../changes.ts';
import { attemptOf, entryOf, paidOut } from '../scene.ts';
import { payoutOf } from './payout-scene.ts';
import {
  DAY,
  fund,
  HOUR,
  invariant,
  MINUTE,
  onAccount,
  onPayment,
  sceneFor,
  type Ground,
  type Plant,
} from './plant.ts';

const PROCESSING = ['approve', 'queue', 'submit', 'process'] as const;
const PAID = [...PROCESSING, 'pay'] as const;

/** Breaks between a payment, its ledger entries, its attempts and its webhooks (R02, R04, R05, R24, R25, R28, R29). */
export function paymentPlants(ground: Ground): Plant[] {
  return [
    burnedTwice(ground),
    paidWithoutBurn(ground),
    burnedAndRejected(ground),
    burnedWhileApproved(ground),
    orphanWebhook(ground, 'r24-orphan', 4 * HOUR, 'MED'),
    orphanWebhook(ground, 'r24-orphan-aged', 8 * DAY, 'HIGH'),
    unknownEvent(ground, 'r25-unknown', 10 * HOUR, 'MED'),
    unknownEvent(ground, 'r25-unknown-aged', 9 * DAY, 'HIGH'),
    succeededTwice(ground),
    sharedReference(ground),
    paidAndGivenBack(ground),
    paidAndCanceled(ground),
  ];
}

/** Burned a second time; a correction outside the payment keeps wallet, ledger and holds in agreement. */
function burnedTwice(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r02-burned-twice', 'EUR');
  const at = ground.startAt - 14 * HOUR;
  const payment = payoutOf(scene, 2_110n, PAID, at);
  const [amount, minus] = [scene.decimal(payment.amount), scene.decimal(-payment.amount)];
  const burn = (event: string, transactionId: string | null, held: string, when?: number): Change =>
    entryOf(scene, {
      transactionId,
      event,
      available: '0',
      held,
      ...(when === undefined ? {} : { at: when }),
    });
  return {
    name: 'r02-burned-twice',
    scene,
    breaks: [
      burn('withdrawal_paid_again', payment.id, minus, at + 5 * MINUTE),
      burn('hold_restored', null, amount, at + 6 * MINUTE),
    ],
    expected: [invariant('R02', onPayment(payment))],
    mend: [burn('burn_reversed', payment.id, amount), burn('hold_restored_reversed', null, minus)],
  };
}

/** Paid, and the hold never left: the hold shows as well. */
function paidWithoutBurn(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r04-paid-without-burn', 'TRY');
  const at = ground.startAt - 8 * HOUR;
  const payment = payoutOf(scene, 61_200n, PROCESSING, at);
  const [attempt, state, ...burn] = paidOut(scene, payment);
  return {
    name: 'r04-paid-without-burn',
    scene,
    breaks: [attempt!, state!].map((change) => ({ ...change, at: at + 3 * MINUTE })),
    expected: [invariant('R04', onPayment(payment)), invariant('R06', onAccount(scene))],
    mend: burn,
  };
}

/** Rejected, but the hold was burned where it should have gone back. */
function burnedAndRejected(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r05-burned-and-rejected', 'USD');
  const at = ground.startAt - 16 * HOUR;
  const payment = payoutOf(scene, 1_830n, ['approve'], at);
  const changes = paidOut(scene, payment);
  return {
    name: 'r05-burned-and-rejected',
    scene,
    breaks: [
      ...changes.filter((change) => change.do !== 'state').map((change) => ({ ...change, at: at + MINUTE })),
      { do: 'state', id: payment.id, state: 'rejected', final: true, at: at + MINUTE },
    ],
    expected: [invariant('R05', onPayment(payment))],
    mend: changes.filter((change) => change.do === 'state'),
  };
}

/** Burned before it was paid: the withdrawal is open and nothing is held for it. */
function burnedWhileApproved(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r05-burned-while-approved', 'JPY');
  const at = ground.startAt - 3 * HOUR;
  const payment = payoutOf(scene, 2_750n, ['approve'], at);
  const changes = paidOut(scene, payment);
  return {
    name: 'r05-burned-while-approved',
    scene,
    breaks: changes
      .filter((change) => change.do !== 'state')
      .map((change) => ({ ...change, at: at + MINUTE })),
    expected: [invariant('R05', onPayment(payment)), invariant('R06', onAccount(scene))],
    mend: changes.filter((change) => change.do === 'state'),
  };
}

/** The provider speaks of a payment that nobody here knows. */
function orphanWebhook(ground: Ground, name: string, age: number, risk: 'MED' | 'HIGH'): Plant {
  const scene = sceneFor(ground, name, 'USD');
  const at = ground.startAt - age;
  fund(scene, 4_000n, at - DAY);
  const [id, transactionId] = [scene.newId('we', 'orphan'), scene.newId('tx', 'orphan')];
  const webhook: Change = {
    do: 'webhook',
    id,
    provider: scene.provider,
    eventId: scene.newId('ev', 'orphan').replace('_', '-'),
    kind: 'payment.failed',
    transactionId,
    at,
  };
  return {
    name,
    scene,
    breaks: [webhook],
    expected: [{ rule: 'R24', class: risk, action: 'manual_review', subject: { kind: 'webhook', id } }],
    // Booked late, as the failed deposit that it was.
    mend: [
      {
        do: 'transaction',
        id: transactionId,
        owner: scene.owner,
        kind: 'deposit',
        state: 'failed',
        amount: '17.00',
        provider: scene.provider,
      },
    ],
  };
}

/** The ledger learnt a new event before the mapping did. */
function unknownEvent(ground: Ground, name: string, age: number, risk: 'MED' | 'HIGH'): Plant {
  const scene = sceneFor(ground, name, 'EUR');
  const at = ground.startAt - age;
  fund(scene, 3_300n, at - DAY);
  const event = risk === 'MED' ? 'promo_clawback_v2' : 'card_scheme_fee';
  const entry = entryOf(scene, { transactionId: null, event, available: null, held: null, at });
  const id = scene.newId('le', event);
  return {
    name,
    scene,
    breaks: [entry],
    expected: [{ rule: 'R25', class: risk, action: 'manual_review', subject: { kind: 'ledger_entry', id } }],
    mend: [{ do: 'map_entry', id, available: '0', held: '0' }],
  };
}

function succeededTwice(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r28-succeeded-twice', 'KWD');
  const at = ground.startAt - 18 * HOUR;
  const payment = payoutOf(scene, 4_605n, PAID, at);
  const paid = attemptOf(scene, payment, { what: 'second', status: 'succeeded', at: at + 4 * MINUTE });
  return {
    name: 'r28-succeeded-twice',
    scene,
    breaks: [paid],
    expected: [invariant('R28', onPayment(payment))],
    mend: [{ do: 'attempt', id: paid.id, status: 'failed', errorCode: 'recalled' }],
  };
}

/** One payment of the provider stands for two of ours: the later one has the finding. */
function sharedReference(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r28-shared-reference', 'USD');
  const at = ground.startAt - 21 * HOUR;
  const first = payoutOf(scene, 1_415n, PAID, at - 2 * HOUR);
  const second = payoutOf(scene, 1_415n, PAID, at);
  const [one, two] = [first.attempts[0]!, second.attempts[0]!];
  return {
    name: 'r28-shared-reference',
    scene,
    breaks: [{ do: 'reference', id: two.id, providerRef: one.providerRef, at: at + MINUTE }],
    expected: [invariant('R28', onPayment(second))],
    mend: [{ do: 'reference', id: two.id, providerRef: two.providerRef }],
  };
}

/** The provider called it failed, the hold went back, and then the provider paid. */
function paidAndGivenBack(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r29-paid-and-rejected', 'EUR');
  const at = ground.startAt - 12 * HOUR;
  const payment = payoutOf(scene, 1_990n, [...PROCESSING, 'fail_payout', 'reject'], at);
  const { id } = payment.attempts[0]!;
  return {
    name: 'r29-paid-and-rejected',
    scene,
    breaks: [{ do: 'attempt', id, status: 'succeeded', errorCode: null, at: at + 7 * MINUTE }],
    expected: [invariant('R29', onPayment(payment))],
    mend: [{ do: 'attempt', id, status: 'failed', errorCode: 'recalled' }],
  };
}

function paidAndCanceled(ground: Ground): Plant {
  const scene = sceneFor(ground, 'r29-paid-and-canceled', 'TRY');
  const at = ground.startAt - 13 * HOUR;
  const payment = payoutOf(scene, 52_400n, ['approve', 'cancel'], at);
  const paid = attemptOf(scene, payment, { what: 'late', status: 'succeeded', at: at + 2 * MINUTE });
  return {
    name: 'r29-paid-and-canceled',
    scene,
    breaks: [paid],
    expected: [invariant('R29', onPayment(payment))],
    mend: [{ do: 'attempt', id: paid.id, status: 'failed', errorCode: 'recalled' }],
  };
}
