import { z } from 'zod';
import { environmentSchema } from '../config.ts';
import { policySchema } from '../policy.ts';

interface JsonSchema {
  type?: string;
  description?: string;
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema | boolean;
}

/** docs/configuration.md: the environment, written from its schema so that page and parser can't disagree. */
export function configurationPage(): string {
  const schema = toJsonSchema(environmentSchema);
  const rows = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const need = schema.required?.includes(name) ? 'yes' : `no${defaultOf(property)}`;
    return `| \`${name}\` | ${need} | ${property.description ?? ''} |`;
  });
  return [
    '# Configuration',
    '',
    'Secrets and addresses come from the environment, read once at start. What is wrong is said in one message, variable by variable, and the exit code is 1. What a team decides together stands in [policy.yml](policy.md).',
    '',
    '| variable | needed | what it is |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

/** docs/policy.md: policy.yml, path by path, written from its schema. */
export function policyPage(): string {
  return [
    '# Policy',
    '',
    'What a team would want to review in a pull request. `policy.example.yml` is a complete one. An unknown key is an error, and every problem is listed with its path. The hash of the policy is kept with every run.',
    '',
    '| path | what it may be | what it does |',
    '| --- | --- | --- |',
    ...policyRows(toJsonSchema(policySchema), ''),
    '',
  ].join('\n');
}

function policyRows(schema: JsonSchema, path: string): string[] {
  const own = path !== '' && !isGroup(schema) ? [row(path, schema)] : [];
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    policyRows(property, path === '' ? name : `${path}.${name}`),
  );
  const items =
    schema.items !== undefined && isGroup(schema.items) ? policyRows(schema.items, `${path}[]`) : [];
  const values =
    typeof schema.additionalProperties === 'object'
      ? policyRows(schema.additionalProperties, `${path}.<${KEYS[path] ?? 'name'}>`)
      : [];
  return [...own, ...properties, ...items, ...values];
}

/** What the keys of a record are called in its paths. */
const KEYS: Readonly<Record<string, string>> = {
  calendar: 'year',
  people: 'person',
  'escalations.routes': 'route',
  'escalations.route_of_rule': 'rule',
};

function isGroup(schema: JsonSchema): boolean {
  return schema.properties !== undefined || typeof schema.additionalProperties === 'object';
}

function row(path: string, schema: JsonSchema): string {
  return `| \`${path}\` | ${typeOf(schema)}${defaultOf(schema)} | ${schema.description ?? ''} |`;
}

function typeOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return `\`${String(schema.const as string | number)}\``;
  if (schema.enum !== undefined)
    return schema.enum.map((value) => `\`${String(value as string | number)}\``).join(', ');
  if (schema.type === 'array')
    return `list of ${schema.items === undefined ? 'values' : typeOf(schema.items)}`;
  return schema.type ?? 'value';
}

function defaultOf(schema: JsonSchema): string {
  return schema.default === undefined
    ? ''
    : `; default \`${typeof schema.default === 'string' ? schema.default : JSON.stringify(schema.default)}\``;
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
}
