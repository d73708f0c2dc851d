import { isDeepStrictEqual } from 'node:util';
import { isJsonObject, type JsonObject } from '../types.ts';

/**
 * A small language for closed schemas. A schema looks at one value and reports all that is wrong in it, each with a
 * JSON pointer, in Slack's wording. Lengths are counted in Unicode code points.
 */
export type Schema = (value: unknown, pointer: string, report: Report) => void;

export type Report = (pointer: string, message: string) => void;

/** A rule about a whole object, run when its fields have been looked at. */
export type Check = (value: JsonObject, pointer: string, report: Report) => void;

/** Runs a schema; the lines are as chat.* and views.* show them. */
export function problemsOf(schema: Schema, value: unknown, pointer: string): string[] {
  const lines: string[] = [];
  schema(value, pointer, (at, message) => lines.push(`${message} [json-pointer:${at}]`));
  return lines;
}

export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

export function text(limits: { min?: number; max?: number } = {}): Schema {
  return (value, pointer, report) => {
    if (typeof value !== 'string') return report(pointer, 'must provide a string');
    const length = codePoints(value);
    if (limits.max !== undefined && length > limits.max)
      report(pointer, `must be less than ${limits.max + 1} characters`);
    if (limits.min !== undefined && length < limits.min)
      report(pointer, `must be more than ${limits.min - 1} characters`);
  };
}

/** A text that must also look right; `complaint` is said when it doesn't. */
export function textLike(pattern: RegExp, complaint: string, max = 3000): Schema {
  const plain = text({ min: 1, max });
  return (value, pointer, report) => {
    plain(value, pointer, report);
    if (typeof value === 'string' && !pattern.test(value)) report(pointer, complaint);
  };
}

export function choice(...values: (string | number)[]): Schema {
  return (value, pointer, report) => {
    if (!values.includes(value as string | number)) report(pointer, 'must be a valid enum value');
  };
}

export const flag: Schema = (value, pointer, report) => {
  if (typeof value !== 'boolean') report(pointer, 'must be a boolean');
};

export function integer(limits: { min?: number; max?: number } = {}): Schema {
  return (value, pointer, report) => {
    if (typeof value !== 'number' || !Number.isInteger(value))
      return report(pointer, 'must provide an integer');
    if (limits.max !== undefined && value > limits.max)
      report(pointer, `must be less than ${limits.max + 1}`);
    if (limits.min !== undefined && value < limits.min)
      report(pointer, `must be more than ${limits.min - 1}`);
  };
}

export const number: Schema = (value, pointer, report) => {
  if (typeof value !== 'number' || !Number.isFinite(value)) report(pointer, 'must provide a number');
};

export function list(of: Schema, limits: { min?: number; max?: number } = {}): Schema {
  return (value, pointer, report) => {
    if (!Array.isArray(value)) return report(pointer, 'must provide an array');
    if (limits.max !== undefined && value.length > limits.max)
      report(pointer, `no more than ${limits.max} items allowed`);
    if (limits.min !== undefined && value.length < limits.min)
      report(pointer, `must provide at least ${limits.min} items`);
    value.forEach((item, index) => of(item, `${pointer}/${index}`, report));
  };
}

/** A closed object: a field that is in neither list is an invalid additional property. */
export function object(
  fields: { required?: Record<string, Schema>; optional?: Record<string, Schema> },
  ...checks: Check[]
): Schema {
  const required = new Map(Object.entries(fields.required ?? {}));
  const optional = new Map(Object.entries(fields.optional ?? {}));
  return (value, pointer, report) => {
    if (!isJsonObject(value)) return report(pointer, 'must provide an object');
    for (const [name] of required)
      if (value[name] === undefined) report(pointer, `missing required field: ${name}`);
    for (const [name, item] of Object.entries(value)) {
      if (item === undefined) continue;
      const schema = required.get(name) ?? optional.get(name);
      if (schema === undefined) report(pointer, `invalid additional property: ${name}`);
      else schema(item, `${pointer}/${name}`, report);
    }
    for (const check of checks) check(value, pointer, report);
  };
}

/** The same object for one `type`. */
export function typed(
  type: string,
  fields: { required?: Record<string, Schema>; optional?: Record<string, Schema> },
  ...checks: Check[]
): Schema {
  return object({ ...fields, required: { type: choice(type), ...fields.required } }, ...checks);
}

/** Chooses the schema by the object's `type`. */
export function byType(schemas: () => Record<string, Schema>): Schema {
  return (value, pointer, report) => {
    if (!isJsonObject(value)) return report(pointer, 'must provide an object');
    const type = value['type'];
    if (type === undefined) return report(pointer, 'missing required field: type');
    const known = schemas();
    if (typeof type !== 'string') return report(`${pointer}/type`, 'must provide a string');
    if (!Object.hasOwn(known, type)) return report(`${pointer}/type`, `unsupported type: ${type}`);
    (known[type] as Schema)(value, pointer, report);
  };
}

/** At least one of these fields must be there. */
export function oneAtLeast(...names: string[]): Check {
  return (value, pointer, report) => {
    if (names.some((name) => value[name] !== undefined)) return;
    const quoted = names.map((name) => `\`${name}\``);
    report(pointer, `must define either ${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`);
  };
}

/** Exactly one of these fields must be there. */
export function exactlyOne(...names: string[]): Check {
  const some = oneAtLeast(...names);
  return (value, pointer, report) => {
    some(value, pointer, report);
    if (names.filter((name) => value[name] !== undefined).length > 1)
      report(pointer, 'failed to match exactly one allowed schema');
  };
}

/** What is chosen at first must be one of what is offered, letter by letter. */
export function initialAmong(initial: string, offered: (value: JsonObject) => unknown[]): Check {
  return (value, pointer, report) => {
    const chosen = value[initial];
    if (chosen === undefined) return;
    const options = offered(value);
    for (const one of Array.isArray(chosen) ? chosen : [chosen])
      if (!options.some((option) => isDeepStrictEqual(option, one)))
        report(`${pointer}/${initial}`, 'must be a valid enum value');
  };
}

export function itemsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
