import { describe, expect, test } from 'vitest';
import {
  assertFits,
  cardMetadata,
  decideAfterLook,
  findOwnPost,
  hashContent,
  hasOwnFile,
  nextLookAt,
  oldestTs,
} from '../../src/cards/rules.ts';
import { assertNotStalled, nothingWasDone } from '../../src/cards/deps.ts';
import { AppError, SlackRefusedError } from '../../src/errors.ts';
import type { SeenMessage } from '../../src/ports.ts';

const seen = (ts: string, over: Partial<SeenMessage> = {}): SeenMessage => ({
  ts,
  botId: 'B1',
  userId: 'U1',
  metadata: cardMetadata('card-1'),
  fileIds: [],
  ...over,
});
const wanted = { cardId: 'card-1', botId: 'B1', afterTs: null };
const sentAt = new Date('2026-01-15T06:00:00Z');

describe('finding a post in doubt', () => {
  test('takes our own message with the id', () => {
    expect(findOwnPost([seen('1.0')], wanted)?.ts).toBe('1.0');
  });
  test('leaves the same metadata by another bot', () => {
    expect(findOwnPost([seen('1.0', { botId: 'B2' })], wanted)).toBeUndefined();
  });
  test('leaves the same metadata by a person', () => {
    expect(findOwnPost([seen('1.0', { botId: undefined })], wanted)).toBeUndefined();
  });
  test('leaves our message of another card', () => {
    expect(findOwnPost([seen('1.0', { metadata: cardMetadata('card-2') })], wanted)).toBeUndefined();
  });
  test('leaves another event with the same payload', () => {
    const metadata = { event_type: 'other', event_payload: { card: 'card-1' } };
    expect(findOwnPost([seen('1.0', { metadata })], wanted)).toBeUndefined();
  });
  test('leaves every message it was moved away from', () => {
    const messages = [seen('9.0'), seen('10.000001'), seen('10.000002')];
    expect(findOwnPost(messages, { ...wanted, afterTs: '10.000001' })?.ts).toBe('10.000002');
  });
  test('takes the oldest of two', () => {
    expect(findOwnPost([seen('10.0'), seen('9.0')], wanted)?.ts).toBe('9.0');
  });
  test('metadata carries the id and nothing else', () => {
    expect(cardMetadata('x')).toEqual({ event_type: 'mutabik_card', event_payload: { card: 'x' } });
  });
});

describe('finding a file in doubt', () => {
  const file = { fileId: 'F1', botId: 'B1', botUserId: 'U1' };
  test('by bot id or by the bot user', () => {
    expect(hasOwnFile([seen('1.0', { fileIds: ['F1'], userId: undefined })], file)).toBe(true);
    expect(hasOwnFile([seen('1.0', { fileIds: ['F1'], botId: undefined })], file)).toBe(true);
  });
  test('not when another has shared it', () => {
    const by = { fileIds: ['F1'], botId: 'B2', userId: 'U2' };
    expect(hasOwnFile([seen('1.0', by)], file)).toBe(false);
  });
  test('not when it is another file', () => {
    expect(hasOwnFile([seen('1.0', { fileIds: ['F2'] })], file)).toBe(false);
  });
});

describe('when to look', () => {
  test('first after time limit and 30 s', () => {
    const at = nextLookAt({ sentAt, looks: 0, lookedAt: null }, 5000);
    expect(at.toISOString()).toBe('2026-01-15T06:00:35.000Z');
  });
  test('again 3 s after the first look', () => {
    const lookedAt = new Date('2026-01-15T06:10:00Z');
    const at = nextLookAt({ sentAt, looks: 1, lookedAt }, 5000);
    expect(at.toISOString()).toBe('2026-01-15T06:10:03.000Z');
  });
  test('sends again after two looks, not one', () => {
    expect([decideAfterLook(0), decideAfterLook(1)]).toEqual(['look_again', 'send_again']);
  });
  test('looks from an hour before on', () => {
    expect(oldestTs(sentAt)).toBe('1768453200.000000');
  });
});

describe('a stall before the call', () => {
  test('of more than 15 s means that nothing was sent', () => {
    expect(() => assertNotStalled(performance.now() - 14_000)).not.toThrow();
    let thrown: unknown;
    try {
      assertNotStalled(performance.now() - 16_000);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toMatchObject({ retryable: true });
    expect(nothingWasDone(thrown)).toBe(true);
  });
  test('an unknown outcome is not nothing', () => {
    expect(nothingWasDone(new AppError('slack_unavailable', 'x', { retryable: true }))).toBe(false);
    expect(nothingWasDone(new TypeError('x'))).toBe(false);
    expect(nothingWasDone(new AppError('slack_rate_limited', 'x', { retryable: true }))).toBe(true);
    expect(nothingWasDone(new SlackRefusedError('chat.postMessage', 'is_archived'))).toBe(true);
  });
});

describe('what fits', () => {
  const blocks = (count: number) => Array.from({ length: count }, () => ({ type: 'divider' }));
  test('3,500 characters and 50 blocks', () => {
    expect(() => assertFits({ text: '𝔞'.repeat(3500), blocks: blocks(50) }, 'x')).not.toThrow();
  });
  test('neither more text nor more blocks, nor none', () => {
    expect(() => assertFits({ text: 'a'.repeat(3501), blocks: [] }, 'x')).toThrow('3501');
    expect(() => assertFits({ text: 'a', blocks: blocks(51) }, 'x')).toThrow('51');
    expect(() => assertFits({ text: '', blocks: [] }, 'x')).toThrow('no text');
  });
  test('text and blocks both count in the hash', () => {
    const one = { text: 'a', blocks: blocks(1) };
    expect(hashContent(one)).toBe(hashContent({ text: 'a', blocks: blocks(1) }));
    expect(hashContent(one)).not.toBe(hashContent({ text: 'b', blocks: blocks(1) }));
    expect(hashContent(one)).not.toBe(hashContent({ text: 'a', blocks: blocks(2) }));
  });
});
