import { AppError } from '../errors.ts';
import type { CallSlack } from './slack-client.ts';

/** More than this many pages of one question is a loop of the server's: 200 items a page make 40,000. */
const MOST_PAGES = 200;

interface Paged {
  response_metadata?: { next_cursor?: string };
}

/** Follows a paged method to its end and hands every page to `take`. A list that does not end is a fault, never a part. */
export async function eachPage<Page extends object>(
  call: CallSlack,
  method: string,
  args: Record<string, unknown>,
  take: (page: Page) => void,
): Promise<void> {
  let cursor = '';
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await call<Page & Paged>(method, cursor === '' ? args : { ...args, cursor });
    take(page);
    cursor = page.response_metadata?.next_cursor ?? '';
    if (cursor === '') return;
  }
  throw new AppError('slack_unavailable', `${method} did not end after ${MOST_PAGES} pages`, {
    retryable: true,
  });
}
