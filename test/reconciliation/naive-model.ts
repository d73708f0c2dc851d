export interface Place {
  tenant: string;
  account: string;
  currency: string;
}

/** A small book in minor units; `payment` is a place in `payments`, or of one that nobody knows. */
export interface Book {
  payments: { place: Place; kind: string; state: string; minor: number }[];
  entries: { place: Place; payment: number | null; available: number | null; held: number | null }[];
  wallets: { place: Place; available: number; held: number }[];
  attempts: { payment: number; status: string; reference: string | null }[];
}

const HOLDING = [
  'requested',
  'approved',
  'payout_pending',
  'payout_submitted',
  'processing',
  'payout_failed',
];

/** What R01 to R07, R28 and R29 have to say of a book, said row by row: `rule class tenant subject currency amount`. */
export function expectedBreaks(book: Book): string[] {
  return [...accountBreaks(book), ...paymentBreaks(book), ...sharedReferences(book)].toSorted();
}

function accountBreaks(book: Book): string[] {
  const places = new Map<string, Place>();
  for (const { place } of [...book.wallets, ...book.entries]) places.set(JSON.stringify(place), place);
  for (const { place, kind } of book.payments)
    if (kind === 'withdrawal') places.set(JSON.stringify(place), place);
  return [...places.values()].flatMap((place) => accountLines(book, place));
}

function accountLines(book: Book, place: Place): string[] {
  const isHere = (row: { place: Place }) => JSON.stringify(row.place) === JSON.stringify(place);
  const entries = book.entries.filter(isHere);
  const payments = book.payments.filter(isHere);
  const wallet = book.wallets.find(isHere) ?? { available: 0, held: 0 };
  const say = (rule: string, risk: string, amount: number) =>
    [rule, risk, place.tenant, place.account, place.currency, Math.abs(amount)].join(' ');
  const lines: string[] = [];
  const isUnknown =
    place.currency === 'XAU' || entries.some(({ available, held }) => available === null || held === null);
  const drift = (bucket: 'available' | 'held') =>
    wallet[bucket] - entries.reduce((sum, entry) => sum + (entry[bucket] ?? 0), 0);
  const largest = Math.max(Math.abs(drift('available')), Math.abs(drift('held')));
  if (!isUnknown && largest > 0) lines.push(say('R01', 'HIGH', largest));
  const sum = (of: typeof payments) => of.reduce((total, { minor }) => total + minor, 0);
  const open = sum(payments.filter(({ kind, state }) => kind === 'withdrawal' && HOLDING.includes(state)));
  if (wallet.held !== open) lines.push(say('R06', 'HIGH', wallet.held - open));
  else if (wallet.held < 0) lines.push(say('R06', 'HIGH', wallet.held));
  const explained = sum(
    payments.filter(({ kind, state }) => /chargeback|refund/.test(kind) && state === 'completed'),
  );
  if (wallet.available < 0)
    lines.push(say('R07', explained >= -wallet.available ? 'MED' : 'HIGH', wallet.available));
  return lines;
}

function paymentBreaks(book: Book): string[] {
  return book.payments.flatMap(({ place, kind, state, minor }, index) => {
    const say = (rule: string, amount: number) =>
      [rule, 'HIGH', place.tenant, `t${index}`, place.currency, Math.abs(amount)].join(' ');
    const lines: string[] = [];
    const succeeded = book.attempts.filter(
      (attempt) => attempt.payment === index && attempt.status === 'succeeded',
    ).length;
    if (succeeded > 1) lines.push(say('R28', minor * (succeeded - 1)));
    if (kind !== 'withdrawal') return lines;
    const held = book.entries.flatMap((entry) =>
      entry.payment === index && entry.available === 0 && entry.held !== null && entry.held !== 0
        ? [entry.held]
        : [],
    );
    const burns = held.reduce((sum, one) => sum - Math.sign(one), 0);
    const burned = held.reduce((sum, one) => sum - one, 0);
    if (burns > 1) lines.push(say('R02', burned > minor ? burned - minor : minor));
    if (state === 'paid' && burns < 1 && minor !== 0) lines.push(say('R04', minor));
    if (state !== 'paid' && burns > 0) lines.push(say('R05', burned));
    if (succeeded > 0 && ['rejected', 'canceled'].includes(state)) lines.push(say('R29', minor));
    return lines;
  });
}

/** Of a shared reference every payment after the first speaks; one that nobody knows can't. */
function sharedReferences(book: Book): string[] {
  const payments = new Map<string, number[]>();
  for (const { reference, payment } of book.attempts) {
    if (reference === null || reference === '') continue;
    const sharing = payments.get(reference) ?? [];
    if (!sharing.includes(payment)) payments.set(reference, [...sharing, payment]);
  }
  return [...payments.values()].flatMap((sharing) =>
    sharing.slice(1).flatMap((index) => {
      const payment = book.payments[index];
      if (payment === undefined) return [];
      return [
        ['R28', 'HIGH', payment.place.tenant, `t${index}`, payment.place.currency, payment.minor].join(' '),
      ];
    }),
  );
}
