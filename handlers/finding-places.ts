import { z } from 'zod';
import type { ReviewPlace } from '../blocks/review.ts';
import { parseFilter } from '../src/findings/list-rules.ts';
import type { Place } from './desk.ts';

const filter = z.record(z.string(), z.unknown()).transform((chosen) => parseFilter(chosen));
const below = z.object({ viewId: z.string(), page: z.number(), filter });

/** What modals of findings remember: the channel they were opened in, a list its own page and filter, Review the list below. */
const schema = z.object({
  channelId: z.string().nullable().catch(null),
  page: z.number().optional().catch(undefined),
  filter: filter.optional().catch(undefined),
  below: below.nullable().catch(null),
});

export type Remembered = z.infer<typeof schema>;

const NOTHING: Remembered = { channelId: null, below: null };

export function readRemembered(metadata: string): Remembered {
  return metadata.startsWith('{') ? schema.catch(NOTHING).parse(JSON.parse(metadata)) : NOTHING;
}

/** Where a modal that opens now comes from: a message, a list (which then lies below), or Review itself. */
export function placeOf({ channelId, view }: Place): ReviewPlace {
  if (view === null) return { channelId };
  const { page, filter: chosen, ...kept } = readRemembered(view.metadata);
  const list = page === undefined || chosen === undefined ? null : { viewId: view.id, page, filter: chosen };
  return { channelId: channelId ?? kept.channelId, below: list ?? kept.below };
}
