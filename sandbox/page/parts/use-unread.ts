import { useEffect, useState } from 'react';
import type { Message } from '../wire/types.ts';

/** New messages by channel since it was last looked at; what stood there when the page opened is not new. */
export function useUnread(
  messages: readonly Message[],
  openChannel: string | undefined,
): Map<string, number> {
  const [seen, setSeen] = useState<ReadonlyMap<string, string>>(() => newestByChannel(messages));

  useEffect(() => {
    if (openChannel === undefined) return;
    const newest = newestByChannel(messages).get(openChannel);
    if (newest !== undefined && (seen.get(openChannel) ?? '') < newest) {
      setSeen(new Map(seen).set(openChannel, newest));
    }
  }, [messages, openChannel, seen]);

  const unread = new Map<string, number>();
  for (const message of messages) {
    if (message.channel === openChannel || message.ts <= (seen.get(message.channel) ?? '')) continue;
    unread.set(message.channel, (unread.get(message.channel) ?? 0) + 1);
  }
  return unread;
}

function newestByChannel(messages: readonly Message[]): Map<string, string> {
  const newest = new Map<string, string>();
  for (const { channel, ts } of messages) {
    if ((newest.get(channel) ?? '') < ts) newest.set(channel, ts);
  }
  return newest;
}
