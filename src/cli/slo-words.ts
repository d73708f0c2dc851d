import type { SloExplained, TierExplained } from '../slo/explain.ts';
import { fillWindow } from '../slo/prometheus-query.ts';
import type { Indicator, Slo } from '../slo/types.ts';

/** A promise as `slo explain` prints it, line by line. Pure. */
export function describeSlo(slo: Slo, explained: SloExplained, perHour: number): string[] {
  const { budgetShare, budgetMinutes, budgetEvents } = explained;
  return [
    `${slo.name}: ${slo.title.en} (${slo.title.tr})`,
    ...(slo.description === '' ? [] : [slo.description]),
    '',
    `service   ${slo.service}`,
    `target    ${percent(slo.target)} of ${slo.unit} good, over ${slo.windowDays} days rolling`,
    ...measured(slo.indicator).map(([label, words]) => `${label.padEnd(10)}${words}`),
    `budget    ${percent(budgetShare)} of ${slo.unit}: ${number(budgetEvents)} bad of ${number(budgetEvents / budgetShare)} in the window, at ${number(perHour)} an hour`,
    `          or ${number(budgetMinutes)} minutes of total outage${budgetMinutes < 60 ? '' : ` (${duration(budgetMinutes)})`}`,
    `ceiling   ${number(explained.ceiling)}: the burn rate of a total outage`,
    ...(slo.dashboard === null ? [] : [`dashboard ${slo.dashboard}`]),
    '',
    ...(explained.tiers.length === 0
      ? ['Nobody is told when it burns.']
      : explained.tiers.flatMap(describeTier)),
    ...(slo.indicator.source === 'payouts'
      ? [
          '',
          `Payouts become bad ${slo.indicator.withinHours} hours after the request: an outage shows that much later, and payouts at risk before it.`,
        ]
      : []),
  ];
}

function describeTier(explained: TierExplained): string[] {
  const { tier, firesAfterMinutes: fires, resetsAfterMinutes: resets } = explained;
  return [
    `${tier.name} (${tier.level})`,
    `  burn rate above ${number(tier.threshold)} over ${duration(tier.longMinutes)} and ${duration(tier.shortMinutes)}, with ${tier.minBad} bad events in ${duration(tier.longMinutes)}`,
    `  that is an error ratio above ${percent(explained.errorRatio)}: more than ${number(explained.badOfThousand)} bad of 1,000`,
    fires === null
      ? `  a total outage is not told: ${duration(tier.longMinutes)} have fewer than ${tier.minBad} events at this traffic`
      : `  a total outage is told after ${number(fires)} minutes, and over ${number(resets ?? tier.shortMinutes)} minutes after its end`,
  ];
}

function measured(indicator: Indicator): [string, string][] {
  switch (indicator.source) {
    case 'sli_minutes':
      return [
        ['source', 'the finance contract'],
        ['query', `select minute, good, valid from sli_minutes where sli = '${indicator.sli}'`],
      ];
    case 'payouts':
      return [
        ['source', 'the finance contract'],
        [
          'query',
          `transactions of kind withdrawal by requested_at: good is paid within ${indicator.withinHours} h;`,
        ],
        ['', `bad is paid later, open after ${indicator.withinHours} h, or rejected or canceled after it;`],
        ['', 'open and younger, or rejected or canceled in time, is left out'],
      ];
    case 'prometheus': {
      const { good, bad, total, up, value, contributors } = indicator;
      const queries = Object.entries({ good, bad, total, up, value, 'by whom': contributors });
      return [
        ['source', 'Prometheus, each minute'],
        ...queries.flatMap(([label, query]): [string, string][] =>
          query === null ? [] : [[label, fillWindow(query)]],
        ),
      ];
    }
  }
}

/** 4320 as "3 d", 90 as "1 h 30 min". */
function duration(minutes: number): string {
  const whole = Math.round(minutes);
  const parts = [
    [Math.floor(whole / 1_440), 'd'],
    [Math.floor((whole % 1_440) / 60), 'h'],
    [whole % 60, 'min'],
  ] as const;
  const said = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return said.length === 0 ? '0 min' : said.join(' ');
}

const FORMAT = new Intl.NumberFormat('en', { maximumSignificantDigits: 6 });

function number(value: number): string {
  return FORMAT.format(value);
}

function percent(share: number): string {
  return `${number(share * 100)} %`;
}

/** A terminal obeys control characters; a file may hold some. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ');
}
