export interface Permalink {
  /** The channel's id. */
  channel: string;
  ts: string;
  /** The first message of its thread, where it is a reply. */
  threadTs: string | undefined;
}

/** Reads https://<workspace>.slack.com/archives/<channel>/p<ts>?thread_ts=..&cid=..; undefined for other addresses. */
export function parsePermalink(address: string): Permalink | undefined {
  const found =
    /^https:\/\/[a-z0-9-]+\.slack\.com\/archives\/([CDG][A-Z0-9]+)\/p(\d{10})(\d{6})(?:\?([^#]*))?$/.exec(
      address,
    );
  if (!found) return undefined;
  const [, channel = '', seconds = '', micros = '', query = ''] = found;
  const ts = `${seconds}.${micros}`;
  const threadTs = new URLSearchParams(query).get('thread_ts') ?? undefined;
  return { channel, ts, threadTs: threadTs === ts ? undefined : threadTs };
}
