import { describe, expect, it } from 'vitest';
import { commandsFor, parseCommand } from '../../sandbox/page/texts/commands.ts';
import { parsePermalink } from '../../sandbox/page/texts/permalink.ts';
import { localMoment, unixOfLocal } from '../../sandbox/page/texts/times.ts';
import { unfold } from '../../sandbox/page/traffic/unfold.ts';

const BASE = 'https://mutabik-local.slack.com/archives';

describe('permalinks', () => {
  it.each([
    [`${BASE}/C0SLO/p1768456860000100`, { channel: 'C0SLO', ts: '1768456860.000100', threadTs: undefined }],
    [
      `${BASE}/C0SLO/p1768456860000100?thread_ts=1768456800.000200&cid=C0SLO`,
      { channel: 'C0SLO', ts: '1768456860.000100', threadTs: '1768456800.000200' },
    ],
    // A thread's first message is no reply.
    [
      `${BASE}/C0SLO/p1768456800000200?thread_ts=1768456800.000200&cid=C0SLO`,
      { channel: 'C0SLO', ts: '1768456800.000200', threadTs: undefined },
    ],
    [`${BASE}/C0SLO`, undefined],
    ['https://slack.com.example.org/archives/C0SLO/p1768456860000100', undefined],
    ['javascript:alert(1)', undefined],
  ])('reads %s', (address, expected) => {
    expect(parsePermalink(address)).toEqual(expected);
  });
});

describe('commands', () => {
  it.each([
    ['/recon', { command: '/recon', text: '' }],
    [' /incident open Provider is down ', { command: '/incident', text: 'open Provider is down' }],
    ['/', undefined],
    ['1/2 done', undefined],
    ['/etc/hosts', undefined],
  ])('takes %j apart', (words, expected) => {
    expect(parseCommand(words)).toEqual(expected);
  });

  it('are offered while their name is typed', () => {
    expect(commandsFor('/').length).toBe(6);
    expect(commandsFor('/e').map(({ name }) => name)).toEqual(['/exemption']);
    expect(commandsFor('/o').map(({ name }) => name)).toEqual(['/override']);
    expect(commandsFor('/p').map(({ name }) => name)).toEqual(['/payouts']);
    expect(commandsFor('/i').map(({ name }) => name)).toEqual(['/incident']);
    expect(commandsFor('/incident ')).toEqual([]);
    expect(commandsFor('incident')).toEqual([]);
  });
});

describe('moments in a field', () => {
  it.each([
    [1_768_456_800, 'Europe/Istanbul', '2026-01-15T09:00'],
    [1_768_456_800, 'Asia/Kolkata', '2026-01-15T11:30'],
    [1_774_746_000, 'Europe/London', '2026-03-29T02:00'],
  ])('shows %d in %s and reads it back', (unix, zone, local) => {
    expect(localMoment(unix, zone)).toBe(local);
    expect(unixOfLocal(local, zone)).toBe(unix);
  });
});

describe('payloads in traffic', () => {
  it('are read out where JSON stands in JSON', () => {
    const payload = { blocks: '[{"type":"divider","value":"{\\"id\\":1}"}]', text: '[not json', count: '12' };
    expect(unfold(payload)).toEqual({
      blocks: [{ type: 'divider', value: { id: 1 } }],
      text: '[not json',
      count: '12',
    });
  });
});
