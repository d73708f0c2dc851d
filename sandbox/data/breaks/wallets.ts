import { DAY, fund, HOUR, invariant, onAccount, sceneFor, type Ground, type Plant } from './plant.ts';
import { entryOf, type Scene } from '../scene.ts';

/** Funds in minor units, small in every currency. */
const FUNDS: Record<string, bigint> = { TRY: 90_000n, EUR: 2_500n, USD: 3_000n, KWD: 8_000n, JPY: 4_000n };
const CURRENCIES = Object.keys(FUNDS);
const SIGNS = [
  ['plus', 1n],
  ['minus', -1n],
] as const;

/** Breaks of wallets against ledger (R01), of holds (R06) and of available money (R07). */
export function walletPlants(ground: Ground): Plant[] {
  const drifts = CURRENCIES.flatMap((currency) =>
    SIGNS.flatMap(([sign, minor]) => [
      availableDrift(ground, currency, sign, minor),
      heldDrift(ground, currency, sign, minor),
    ]),
  );
  return [
    ...drifts,
    walletMissing(ground),
    holdOffInWallet(ground),
    holdTooLarge(ground),
    holdNegative(ground),
    negativeUnexplained(ground),
    negativeExplained(ground, 'r07-explained', 20 * HOUR, 'MED'),
    negativeExplained(ground, 'r07-explained-aged', 8 * DAY, 'HIGH'),
  ];
}

function funded(ground: Ground, name: string, currency: string): Scene {
  const scene = sceneFor(ground, name, currency);
  fund(scene, FUNDS[currency] ?? 3_000n, ground.startAt - 12 * DAY);
  return scene;
}

/** Somebody changed the wallet by one minor unit and nothing in the ledger says why. */
function availableDrift(ground: Ground, currency: string, sign: string, minor: bigint): Plant {
  const name = `r01-${currency}-available-${sign}`;
  const scene = funded(ground, name, currency);
  const wallet = (by: bigint) =>
    ({ do: 'wallet', owner: scene.owner, available: scene.decimal(by), held: '0' }) as const;
  return {
    name,
    scene,
    breaks: [{ ...wallet(minor), at: ground.startAt - 7 * HOUR }],
    expected: [invariant('R01', onAccount(scene))],
    mend: [wallet(-minor)],
  };
}

/** A correction of a hold was booked and never reached the wallet; the wallet still agrees with its withdrawals. */
function heldDrift(ground: Ground, currency: string, sign: string, minor: bigint): Plant {
  const name = `r01-${currency}-held-${sign}`;
  const scene = funded(ground, name, currency);
  const entry = (event: string, by: bigint) =>
    entryOf(scene, { transactionId: null, event, available: '0', held: scene.decimal(by) });
  return {
    name,
    scene,
    breaks: [{ ...entry('hold_correction', -minor), at: ground.startAt - 6 * HOUR }],
    expected: [invariant('R01', onAccount(scene))],
    mend: [entry('hold_correction_reversed', minor)],
  };
}

function walletMissing(ground: Ground): Plant {
  const scene = funded(ground, 'r01-no-wallet', 'EUR');
  const { available } = scene.wallet();
  return {
    name: 'r01-no-wallet',
    scene,
    breaks: [{ do: 'drop_wallet', owner: scene.owner }],
    expected: [invariant('R01', onAccount(scene))],
    mend: [{ do: 'wallet', owner: scene.owner, available: scene.decimal(available), held: '0' }],
  };
}

/** The wallet's hold moved alone: it agrees neither with the ledger nor with the open withdrawals. */
function holdOffInWallet(ground: Ground): Plant {
  const scene = funded(ground, 'r01-r06-held', 'TRY');
  const held = (by: bigint) =>
    ({ do: 'wallet', owner: scene.owner, available: '0', held: scene.decimal(by) }) as const;
  return {
    name: 'r01-r06-held',
    scene,
    breaks: [{ ...held(4_250n), at: ground.startAt - 9 * HOUR }],
    expected: [invariant('R01', onAccount(scene)), invariant('R06', onAccount(scene))],
    mend: [held(-4_250n)],
  };
}

/** Wallet and ledger agree on a hold that belongs to no withdrawal. */
function holdTooLarge(ground: Ground): Plant {
  return orphanHold(ground, 'r06-held-too-large', 'USD', 1_175n);
}

/** More was released than was ever held. */
function holdNegative(ground: Ground): Plant {
  return orphanHold(ground, 'r06-held-negative', 'KWD', -2_345n);
}

function orphanHold(ground: Ground, name: string, currency: string, held: bigint): Plant {
  const scene = funded(ground, name, currency);
  const move = (event: string, by: bigint, at?: number) => {
    const deltas = {
      available: scene.decimal(-by),
      held: scene.decimal(by),
      ...(at === undefined ? {} : { at }),
    };
    return [
      entryOf(scene, { transactionId: null, event, ...deltas }),
      { do: 'wallet', owner: scene.owner, ...deltas } as const,
    ];
  };
  return {
    name,
    scene,
    breaks: move('hold_moved', held, ground.startAt - 11 * HOUR),
    expected: [invariant('R06', onAccount(scene))],
    mend: move('hold_moved_back', -held),
  };
}

function negativeUnexplained(ground: Ground): Plant {
  const scene = funded(ground, 'r07-unexplained', 'EUR');
  const missing = 1_240n;
  const move = (event: string, by: bigint, at?: number) => {
    const deltas = { available: scene.decimal(by), held: '0', ...(at === undefined ? {} : { at }) };
    return [
      entryOf(scene, { transactionId: null, event, ...deltas }),
      { do: 'wallet', owner: scene.owner, ...deltas } as const,
    ];
  };
  return {
    name: 'r07-unexplained',
    scene,
    breaks: move('manual_debit', -(scene.wallet().available + missing), ground.startAt - 5 * HOUR),
    expected: [invariant('R07', onAccount(scene))],
    mend: move('manual_credit', missing),
  };
}

/** A chargeback of money that had been withdrawn before. */
function negativeExplained(ground: Ground, name: string, age: number, risk: 'MED' | 'HIGH'): Plant {
  const scene = funded(ground, name, 'USD');
  const amount = FUNDS['USD']!;
  const at = ground.startAt - age;
  const back = { available: scene.decimal(-amount), held: '0', at };
  // Four fifths of the funds leave by a paid withdrawal first.
  scene.pay({
    kind: 'withdrawal',
    amount: (amount * 4n) / 5n,
    createdAt: at - 30 * HOUR,
    events: (['approve', 'queue', 'submit', 'process', 'pay'] as const).map((event, index) => [
      event,
      at - 30 * HOUR + (index + 1) * 90_000,
    ]),
  });
  const id = scene.newId('tx', 'chargeback');
  const missing = scene.decimal(amount - scene.wallet().available);
  return {
    name,
    scene,
    breaks: [
      {
        do: 'transaction',
        id,
        owner: scene.owner,
        kind: 'chargeback',
        state: 'completed',
        amount: scene.decimal(amount),
        provider: scene.provider,
        at,
      },
      entryOf(scene, { transactionId: id, event: 'chargeback_completed', ...back }),
      { do: 'wallet', owner: scene.owner, ...back },
    ],
    expected: [{ rule: 'R07', class: risk, action: 'manual_review', subject: onAccount(scene) }],
    mend: [
      entryOf(scene, { transactionId: null, event: 'debt_settled', available: missing, held: '0' }),
      { do: 'wallet', owner: scene.owner, available: missing, held: '0' },
    ],
  };
}
