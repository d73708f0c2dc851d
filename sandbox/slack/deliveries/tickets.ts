import { randomBytes } from 'node:crypto';

const TRIGGER_MS = 3_000;
const RESPONSE_URL_MS = 30 * 60_000;
const RESPONSE_URL_USES = 5;
/** Used and old triggers are remembered this long, so that they can be named rightly. */
const MEMORY_MS = 60 * 60_000;

/** What a click left behind that the app may answer to. */
export interface ResponseTarget {
  user: string;
  channel: string;
  /** The message or ephemeral that was clicked; absent for a command. */
  messageTs?: string;
  isEphemeral: boolean;
  threadTs?: string;
}

/** Short-lived rights: trigger_ids (3 s, once) and response_urls (30 min, five uses). They age in real time. */
export interface Tickets {
  issueTrigger(userId: string): string;
  /** The person a modal may be opened for, or Slack's error word. */
  useTrigger(id: string): { user: string } | { error: string };
  issueResponseUrl(target: ResponseTarget): string;
  useResponseUrl(token: string): ResponseTarget | { error: string };
}

export function makeTickets(monotonicMs: () => number, url: () => string): Tickets {
  const triggers = new Map<string, { user: string; at: number; used: boolean }>();
  const responses = new Map<string, { target: ResponseTarget; at: number; uses: number }>();

  function forgetOld(): void {
    for (const map of [triggers, responses])
      for (const [key, { at }] of map) {
        if (monotonicMs() - at < MEMORY_MS) break;
        map.delete(key);
      }
  }

  return {
    issueTrigger(user) {
      forgetOld();
      const id = `${Date.now()}.${randomBytes(4).readUInt32BE()}.${randomBytes(16).toString('hex')}`;
      triggers.set(id, { user, at: monotonicMs(), used: false });
      return id;
    },
    useTrigger(id) {
      const trigger = triggers.get(id);
      if (trigger === undefined) return { error: 'invalid_trigger_id' };
      if (trigger.used) return { error: 'exchanged_trigger_id' };
      if (monotonicMs() - trigger.at > TRIGGER_MS) return { error: 'expired_trigger_id' };
      trigger.used = true;
      return { user: trigger.user };
    },
    issueResponseUrl(target) {
      forgetOld();
      const token = randomBytes(18).toString('base64url');
      responses.set(token, { target, at: monotonicMs(), uses: 0 });
      return `${url()}/response/${token}`;
    },
    useResponseUrl(token) {
      const response = responses.get(token);
      if (response === undefined) return { error: 'invalid_url' };
      if (monotonicMs() - response.at > RESPONSE_URL_MS) return { error: 'expired_url' };
      if (response.uses >= RESPONSE_URL_USES) return { error: 'used_url' };
      response.uses += 1;
      return response.target;
    },
  };
}
