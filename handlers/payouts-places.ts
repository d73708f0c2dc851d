import { z } from 'zod';
import { NO_FILTER } from '../src/payouts/types.ts';
import type { Place } from './desk.ts';

const word = z.string().max(200).nullable().catch(null);
const number = z.number().nonnegative().nullable().catch(null);
const filter = z.object({
  provider: word,
  state: word,
  ageMinutes: number,
  amountFrom: number,
  tenant: word,
  group: z.uuid().nullable().catch(null),
});

/** What modals of payouts remember: the channel they were opened in, Details their payout, a list its page and filter. */
const schema = z.object({
  channelId: z.string().nullable().catch(null),
  payoutId: z.uuid().nullable().catch(null).default(null),
  list: z
    .object({ page: z.int().positive().catch(1), filter: filter.catch(NO_FILTER) })
    .nullable()
    .catch(null)
    .default(null),
});

type Remembered = z.infer<typeof schema>;

const NOTHING: Remembered = { channelId: null, payoutId: null, list: null };

/** Ids of ours that came back with a modal: never an authority. A modal of another noun remembers nothing of this. */
export function rememberedAt({ channelId, view }: Place): Remembered {
  const known = view === null ? NOTHING : parse(view.metadata);
  return { ...known, channelId: channelId ?? known.channelId };
}

function parse(metadata: string): Remembered {
  try {
    return schema.catch(NOTHING).parse(JSON.parse(metadata));
  } catch {
    return NOTHING;
  }
}
