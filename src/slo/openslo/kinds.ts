import { z } from 'zod';

/** The names of OpenSLO's v1 documents that are known here. github.com/OpenSLO/OpenSLO */
export const KINDS = [
  'Service',
  'DataSource',
  'SLI',
  'SLO',
  'AlertPolicy',
  'AlertCondition',
  'AlertNotificationTarget',
] as const;
export type Kind = (typeof KINDS)[number];

export const API_VERSION = 'openslo/v1';
/** What OpenSLO has no field for stands in annotations that begin with this. */
export const OWN = 'mutabik.dev/';

const text = z.string().max(5_000);
/** As the specification bounds it. */
const description = z.string().max(1_050).optional();
const name = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i, {
  error: 'must be 1 to 63 letters, digits and hyphens, such as wallet-api',
});
/** People type the names of promises. */
const typedName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, {
  error: 'must be 1 to 63 small letters, digits and hyphens, such as api-availability',
});
const annotation = z.string({ error: 'must be text: put it in quotes' }).max(5_000);

const metadataOf = (called: z.ZodType<string>) =>
  z.strictObject({
    name: called,
    displayName: text.max(200).optional(),
    labels: z.record(z.string(), z.union([text, z.array(text)])).optional(),
    annotations: z.record(z.string(), annotation).default({}),
  });
const metadata = metadataOf(name);

/** 5m, 1h, 3d or 4w as minutes. */
const duration = z
  .string()
  .regex(/^[1-9]\d{0,4}[mhdw]$/, {
    error:
      'must be a whole number with m, h, d or w, such as 30d (months, quarters and years have no fixed length)',
  })
  .transform((word) => {
    const factor = { m: 1, h: 60, d: 1_440, w: 10_080 }[word.slice(-1)] ?? 1;
    return Number(word.slice(0, -1)) * factor;
  });

const metricSource = z.strictObject({
  metricSource: z.strictObject({
    metricSourceRef: text.optional(),
    type: text.optional(),
    spec: z.record(z.string(), z.unknown()),
  }),
});

const ratioMetric = z
  .strictObject({
    counter: z.boolean({ error: 'must be true (sums that only grow) or false (counts of each minute)' }),
    good: metricSource.optional(),
    bad: metricSource.optional(),
    total: metricSource.optional(),
    rawType: text.optional(),
    raw: metricSource.optional(),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string) =>
      issues.push({ code: 'custom', path, message, input: value });
    if (value.raw !== undefined || value.rawType !== undefined)
      refuse(['raw'], 'a ratio that is made elsewhere has no counts: give good (or bad) and total');
    if ((value.good === undefined) === (value.bad === undefined))
      refuse([], 'one of good and bad is needed, not both');
    if (value.total === undefined) refuse(['total'], 'is missing: valid events are counted by it');
  });

const indicatorSpec = z
  .strictObject({
    description,
    ratioMetric: ratioMetric.optional(),
    thresholdMetric: z.unknown().optional(),
  })
  .check(({ value, issues }) => {
    if (value.thresholdMetric !== undefined)
      issues.push({
        code: 'custom',
        path: ['thresholdMetric'],
        message:
          'a measured value has no good and valid events: give ratioMetric, for instance of a histogram bucket',
        input: value,
      });
    else if (value.ratioMetric === undefined)
      issues.push({ code: 'custom', path: ['ratioMetric'], message: 'is missing', input: value });
  });

const objective = z
  .strictObject({
    displayName: text.optional(),
    op: z.enum(['lte', 'gte', 'lt', 'gt']).optional(),
    value: z.number().optional(),
    target: z.number().optional(),
    targetPercent: z.number().optional(),
    timeSliceTarget: z.number().optional(),
    timeSliceWindow: z.union([text, z.number()]).optional(),
    indicator: z.unknown().optional(),
    indicatorRef: text.optional(),
    compositeWeight: z.number().optional(),
  })
  .check(({ value, issues }) => {
    const refuse = (path: string[], message: string) =>
      issues.push({ code: 'custom', path, message, input: value });
    const { target, targetPercent: percent } = value;
    if ((target === undefined) === (percent === undefined))
      refuse(['target'], 'one of target and targetPercent is needed, not both');
    else if (target !== undefined && !(target > 0 && target < 1)) refuse(['target'], shareProblem(target));
    else if (percent !== undefined && !(percent > 0 && percent < 100))
      refuse(['targetPercent'], `must be above 0 and below 100, is ${percent}`);
    if (value.timeSliceTarget !== undefined || value.timeSliceWindow !== undefined)
      refuse(['timeSliceTarget'], 'time slices are not counted here: leave it out');
    if (
      value.indicator !== undefined ||
      value.indicatorRef !== undefined ||
      value.compositeWeight !== undefined
    )
      refuse([], 'composed objectives are not counted here: write one SLO each');
  });

/** A percentage where a share belongs is what people write most. */
function shareProblem(target: number): string {
  const meant = target > 1 && target < 100 ? `; write ${Number((target / 100).toPrecision(12))}` : '';
  return `must be above 0 and below 1, is ${target}${meant}`;
}

const window = z.strictObject({
  duration,
  isRolling: z.literal(true, { error: 'must be true: calendar windows are not counted here' }),
  calendar: z
    .undefined({ error: 'calendar windows are not counted here: leave it out and set isRolling to true' })
    .optional(),
});

const condition = z.strictObject({
  kind: z.literal('burnrate', { error: 'must be burnrate' }).default('burnrate'),
  op: z.enum(['gt', 'gte'], { error: 'must be gt or gte: an alert is for burning too fast' }),
  threshold: z.number().positive({ error: 'must be above 0' }),
  lookbackWindow: duration,
  alertAfter: text.optional(),
});

const alertCondition = z.strictObject({
  description,
  severity: z.enum(['page', 'ticket'], {
    error: 'must be page (at once, day and night) or ticket (in the morning)',
  }),
  condition,
});

const inline = <K extends Kind, Spec extends z.ZodType>(kind: K, spec: Spec) =>
  z.strictObject({ apiVersion: text.optional(), kind: z.literal(kind), metadata, spec });

const alertPolicy = z.strictObject({
  description,
  alertWhenNoData: z.boolean().optional(),
  alertWhenBreaching: z
    .literal(true, { error: 'must be true: an alert that may not be told is left out instead' })
    .optional(),
  alertWhenResolved: z.boolean().optional(),
  conditions: z
    .array(z.union([z.strictObject({ conditionRef: name }), inline('AlertCondition', alertCondition)]))
    .length(1, { error: 'one condition a policy, as the specification has it' }),
  notificationTargets: z.array(z.unknown()).optional(),
});

const slo = z
  .strictObject({
    description,
    service: name,
    indicator: z.strictObject({ metadata, spec: indicatorSpec }).optional(),
    indicatorRef: name.optional(),
    timeWindow: z.array(window).length(1, { error: 'one window is needed' }),
    budgetingMethod: z.literal('Occurrences', {
      error: 'must be Occurrences: good and valid events are counted, not slices of time',
    }),
    objectives: z.array(objective).length(1, { error: 'one objective is needed: write one SLO each' }),
    alertPolicies: z
      .array(z.union([name, z.strictObject({ alertPolicyRef: name }), inline('AlertPolicy', alertPolicy)]))
      .nullish()
      .transform((policies) => policies ?? []),
  })
  .check(({ value, issues }) => {
    if ((value.indicator === undefined) === (value.indicatorRef === undefined))
      issues.push({
        code: 'custom',
        path: ['indicator'],
        message: 'one of indicator and indicatorRef is needed, not both',
        input: value,
      });
  });

const documentOf = <K extends Kind, Spec extends z.ZodType>(kind: K, spec: Spec, called = metadata) =>
  z.strictObject({ apiVersion: z.literal(API_VERSION), kind: z.literal(kind), metadata: called, spec });

/** Each kind of document as it has to be. What the specification has and nobody needs here is accepted, and not used. */
export const DOCUMENTS = {
  Service: documentOf('Service', z.strictObject({ description })),
  DataSource: documentOf(
    'DataSource',
    z.strictObject({
      description,
      type: text,
      connectionDetails: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  SLI: documentOf('SLI', indicatorSpec),
  SLO: documentOf('SLO', slo, metadataOf(typedName)),
  AlertPolicy: documentOf('AlertPolicy', alertPolicy),
  AlertCondition: documentOf('AlertCondition', alertCondition),
  AlertNotificationTarget: documentOf(
    'AlertNotificationTarget',
    z.strictObject({ description, target: text }),
  ),
} as const;

export type DocumentOf<K extends Kind> = z.output<(typeof DOCUMENTS)[K]>;
