import { z } from 'zod';
import { WHICH } from '../blocks/exemptions-list.ts';
import type { Request } from './desk.ts';

const channel = z.string().nullable().catch(null);

/** What modals about one exemption remember: ids of ours and where they were opened, never an authority. */
const about = z.object({ id: z.uuid(), closingId: z.uuid().nullable().catch(null), channelId: channel });

const listed = z.object({
  channelId: channel,
  page: z.int().positive().catch(1),
  which: z.enum(WHICH).catch('open'),
  risk: z.enum(['LOW', 'MED', 'HIGH']).nullable().catch(null),
});

export type AboutExemption = z.infer<typeof about>;
export type ListedExemptions = z.infer<typeof listed>;

/** Null for a modal that is none of ours. */
export function readAbout(metadata: string): AboutExemption | null {
  return about.safeParse(parsed(metadata)).data ?? null;
}

export function readListed(metadata: string): ListedExemptions {
  return listed.parse(parsed(metadata));
}

/** The channel that a modal of any noun was opened in. */
export function channelIn(metadata: string): string | null {
  return z.object({ channelId: channel }).safeParse(parsed(metadata)).data?.channelId ?? null;
}

/** Where somebody is: the channel itself, or the one that the modal was opened in; null on Home. */
export function channelOf({ place }: Pick<Request, 'place'>): string | null {
  return place.channelId ?? (place.view === null ? null : channelIn(place.view.metadata));
}

function parsed(metadata: string): unknown {
  try {
    const known: unknown = JSON.parse(metadata);
    return typeof known === 'object' && known !== null ? known : {};
  } catch {
    return {};
  }
}
