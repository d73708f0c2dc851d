import { malformed, type Args } from '../api/args.ts';
import { refuse, refuseArguments, type Refusal } from '../answer.ts';
import { validateMessageBlocks } from '../blocks/message.ts';
import { codePoints } from '../blocks/schema.ts';
import { withIds } from '../blocks/ids.ts';
import { isJsonObject, type JsonObject } from '../types.ts';

const MAX_TEXT = 40_000;
const MAX_METADATA_BYTES = 16_000;
const MAX_ATTACHMENTS = 100;

/** What a message says; a field that wasn't passed is undefined. */
export interface Content {
  text: string | undefined;
  blocks: JsonObject[] | undefined;
  attachments: JsonObject[] | undefined;
  metadata: JsonObject | undefined;
  /** The text was longer than Slack keeps. */
  truncated: boolean;
}

/** Reads and checks text, blocks, attachments and metadata, in Slack's order of refusals. */
export function readContent(args: Args): Content | Refusal {
  const blocks = readBlocks(args);
  if (!Array.isArray(blocks) && blocks !== undefined) return blocks;
  const attachments = args.json('attachments');
  if (attachments !== undefined && !isObjectList(attachments)) return refuse('invalid_attachments');
  if (attachments !== undefined && attachments.length > MAX_ATTACHMENTS)
    return refuse('too_many_attachments');
  const markdown = args.text('markdown_text');
  if (markdown !== undefined && (args.has('text') || blocks !== undefined))
    return refuse('markdown_text_conflict');
  if (markdown !== undefined && codePoints(markdown) > 12_000) return refuse('msg_too_long');
  const metadata = args.json('metadata');
  if (metadata !== undefined) {
    const wrong = checkMetadata(metadata);
    if (wrong !== undefined) return refuse(wrong);
  }
  const points = Array.from(args.text('text') ?? '');
  return {
    text: args.all['text'] === undefined ? markdown : points.slice(0, MAX_TEXT).join(''),
    blocks,
    attachments,
    metadata: metadata as JsonObject | undefined,
    truncated: points.length > MAX_TEXT,
  };
}

/** A message with nothing to show. */
export function isEmptyContent(content: Content): boolean {
  return (
    (content.text ?? '') === '' &&
    (content.blocks ?? []).length === 0 &&
    (content.attachments ?? []).length === 0
  );
}

function readBlocks(args: Args): JsonObject[] | Refusal | undefined {
  const blocks = args.json('blocks');
  if (blocks === undefined) return undefined;
  if (blocks === malformed || !Array.isArray(blocks)) return refuse('invalid_blocks_format');
  const problems = validateMessageBlocks(blocks);
  if (problems.length === 0) return withIds(blocks as JsonObject[]);
  return refuse('invalid_blocks', {
    errors: problems,
    response_metadata: { messages: problems.map((problem) => `[ERROR] ${problem}`) },
  });
}

/** `{event_type, event_payload}`; payload values are scalars, flat objects, or lists of either. */
function checkMetadata(metadata: unknown): string | undefined {
  if (!isJsonObject(metadata)) return 'invalid_metadata_format';
  const { event_type: eventType, event_payload: payload, ...others } = metadata;
  if (typeof eventType !== 'string' || !/^[A-Za-z0-9_]+$/.test(eventType)) return 'invalid_metadata_format';
  if (!isJsonObject(payload) || Object.keys(others).some((key) => key !== 'entities'))
    return 'invalid_metadata_format';
  if (Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES) return 'metadata_too_large';
  const values = Object.values(payload).flatMap((value): unknown[] =>
    Array.isArray(value) ? value : [value],
  );
  return values.every(isFlat) ? undefined : 'invalid_metadata_schema';
}

function isFlat(value: unknown): boolean {
  return isScalar(value) || (isJsonObject(value) && Object.values(value).every(isScalar));
}

function isScalar(value: unknown): boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isObjectList(value: unknown): value is JsonObject[] {
  return Array.isArray(value) && value.every(isJsonObject);
}

/** A parent's timestamp as given: undefined when absent, a refusal when it is no timestamp. */
export function readThreadTs(args: Args): string | undefined | Refusal {
  const ts = args.text('thread_ts');
  if (ts === undefined || /^\d{1,12}\.\d{1,6}$/.test(ts)) return ts;
  return refuseArguments('must be a valid timestamp [json-pointer:/thread_ts]');
}
