import { describe, expect, it } from 'vitest';
import { renderHandOverModal, renderResolveModal } from '../../blocks/escalation-modals.ts';
import { renderHandover, renderStep } from '../../blocks/escalation-thread.ts';
import { renderEscalation } from '../../blocks/escalations.ts';
import { renderIncident, renderIncidentList, renderOpenIncidentModal } from '../../blocks/incidents.ts';
import { validateMessageBlocks } from '../../sandbox/slack/blocks/message.ts';
import type { Title } from '../../src/incidents/types.ts';
import type { MessageContent } from '../../src/ports.ts';
import { LOCALES, makeTexts, type Locale } from '../../src/texts.ts';
import {
  ESCALATIONS,
  INCIDENTS,
  makeEscalationModel,
  makeIncidentModel,
  makeStep,
  OPS1,
  STEPS,
} from './escalation-models.ts';
import { allText, liveMarkup, textObjects } from './reading.ts';

const contextIn = (locale: Locale) => ({
  locale,
  previousPermalink: null,
  permalink: ({ channelId, ts }: { channelId: string; ts: string }) =>
    `https://example.slack.com/archives/${channelId}/p${ts.replace('.', '')}`,
});
/** Mentions are ours to make: ids of Slack's alone. */
const withoutMentions = (markup: string): string =>
  markup.replaceAll(/<@[UW][A-Z0-9]+>|<!subteam\^S[A-Z0-9]+>/g, '');

function expectSound(content: MessageContent): void {
  expect(validateMessageBlocks(content.blocks)).toEqual([]);
  expect(content.text.length).toBeLessThan(3_500);
  const markups = textObjects(content).filter(({ type }) => type === 'mrkdwn');
  for (const { text } of markups) expect(liveMarkup(withoutMentions(text))).toEqual([]);
  expect(liveMarkup(withoutMentions(content.text))).toEqual([]);
}

async function expectGolden(content: object, name: string): Promise<void> {
  await expect(`${JSON.stringify(content, null, 2)}\n`).toMatchFileSnapshot(`golden/${name}.json`);
}

describe.each(LOCALES)('in %s', (locale) => {
  const context = contextIn(locale);
  const texts = makeTexts(locale);

  it.each(Object.entries(ESCALATIONS))('an escalation looks as agreed: %s', async (name, model) => {
    const content = renderEscalation(model, context);
    expectSound(content);
    await expectGolden(content, `escalation-${name}.${locale}`);
  });

  it.each(Object.entries(STEPS))('a level that is told looks as agreed: %s', async (name, model) => {
    const content = renderStep(model, context);
    expectSound(content);
    await expectGolden(content, `escalation-step-${name}.${locale}`);
  });

  it('a hand-over looks as agreed', async () => {
    const handover = {
      id: '1',
      escalationId: '2',
      at: new Date('2026-01-15T06:10:00Z'),
      by: OPS1,
      to: OPS1,
      note: 'The <!channel> bank is closed',
    };
    const content = renderHandover({ handover, timeZone: 'Europe/Istanbul' }, context);
    expectSound(content);
    await expectGolden(content, `escalation-handover.${locale}`);
  });

  it.each(Object.entries(INCIDENTS))('an incident looks as agreed: %s', async (name, model) => {
    const content = renderIncident(model, context);
    expectSound(content);
    await expectGolden(content, `incident-${name}.${locale}`);
  });

  it('modals look as agreed', async () => {
    const metadata = { id: '3f9f4a52', channelId: 'C1' };
    const known = { rootCause: 'A worker', remediation: null, most: 500 };
    await expectGolden(
      [
        renderHandOverModal(texts, metadata, 1_000),
        renderResolveModal(texts, metadata, known),
        renderOpenIncidentModal(texts, { channelId: 'C1' }, 200, 'sev2'),
      ],
      `escalation-modals.${locale}`,
    );
  });

  it('a list of incidents looks as agreed', async () => {
    const lines = Object.values(INCIDENTS).map(({ incident }, index) => ({
      incident,
      owner: index === 1 ? OPS1 : null,
    }));
    const content = renderIncidentList(texts, 'Europe/Istanbul', { lines, count: 24 });
    expectSound(content);
    await expectGolden(content, `incident-list.${locale}`);
    expectSound(renderIncidentList(texts, 'Europe/Istanbul', { lines: [], count: 0 }));
  });

  it.each([
    ['letters', 'a'.repeat(4_000)],
    ['ampersands', '&'.repeat(4_000)],
    ['backticks', '`'.repeat(4_000)],
    ['emoji', '👩‍💻'.repeat(1_000)],
    ['a broadcast', '<!channel> <!here> @channel'],
    ['nothing', ''],
  ])('is sound with %s in every foreign place', (_, foreign) => {
    const title: Title = { kind: 'words', words: foreign };
    const level = {
      roles: [],
      groups: Array(30).fill(foreign),
      users: Array(30).fill(foreign),
      waitMinutes: 1,
    };
    const route = { ...makeEscalationModel().escalation.route, levels: Array(10).fill(level) };
    const people = Array.from({ length: 200 }, (__, index) => `U00000000${String(index).padStart(3, '0')}`);
    for (const state of ['open', 'acknowledged', 'resolved'] as const) {
      const escalation = {
        state,
        title,
        route,
        rootCause: foreign,
        remediation: foreign,
        rootCauseBy: OPS1,
        acknowledgedBy: foreign as never,
        owner: OPS1,
        tenantId: foreign,
        awaitsRun: state === 'acknowledged',
        resolvedHow: state === 'resolved' ? ('person' as const) : null,
        resolvedBy: foreign,
      };
      const finding = {
        subject: { kind: 'transaction' as const, id: foreign },
        tenantId: foreign,
        accountId: foreign,
        currency: foreign,
        amountMinor: 10n ** 18n,
        amountReportingMinor: 10n ** 18n,
      };
      const steps = [
        ...Array.from({ length: 9 }, () => makeStep({ passedOver: 'nobody', stepNo: null, told: null })),
        makeStep({ level: 10, told: { users: people, groups: [] } }),
      ];
      expectSound(
        renderEscalation(makeEscalationModel(escalation, { finding, steps, open: 99_999 }), context),
      );
      expectSound(
        renderIncident(
          makeIncidentModel({ title, rootCause: foreign, openedBy: foreign }, escalation),
          context,
        ),
      );
      const step = { ...STEPS['unanswered']!, escalation: makeEscalationModel(escalation).escalation };
      expectSound(renderStep({ ...step, passedOver: steps.slice(0, 9) }, context));
    }
  });
});

describe('an escalation', () => {
  const context = contextIn('en');

  it('mentions whoever is told once', () => {
    const { blocks } = renderEscalation(ESCALATIONS['open']!, context);
    expect(JSON.stringify(blocks).split(`<@${OPS1}>`)).toHaveLength(2);
  });

  it('masks accounts, and shows no class', () => {
    const text = allText(renderEscalation(ESCALATIONS['open']!, context));
    expect(text).toContain('••0042');
    expect(text).not.toContain('acc-000042');
  });

  it('loses its buttons when it is decided, but for what is missing', () => {
    const actions = (name: string): string[] =>
      [
        ...JSON.stringify(renderEscalation(ESCALATIONS[name]!, context).blocks).matchAll(
          /"action_id":"([\w.]+)"/g,
        ),
      ].map(([, id]) => id!);
    expect(actions('open')).toEqual(['escalations.acknowledge', 'findings.review', 'escalations.more']);
    expect(actions('acknowledged')).toEqual(['findings.review', 'escalations.more']);
    expect(actions('confirmed')).toEqual(['escalations.resolve']);
    expect(actions('accepted')).toEqual([]);
  });
});
