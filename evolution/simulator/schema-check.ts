import { badRequest } from './evolution-error.ts';

/** The few words of JSON Schema that Evolution's request schemas use. */
export interface Schema {
  type?: 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array';
  /** Replaces every error text of this node, as Evolution does. */
  description?: string;
  enum?: readonly string[];
  pattern?: string;
  minLength?: number;
  minimum?: number;
  maximum?: number;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: readonly string[];
  /** Property names of this object that must not be empty strings. */
  notEmpty?: readonly string[];
}

function isOfType(value: unknown, type: NonNullable<Schema['type']>): boolean {
  if (type === 'array') return Array.isArray(value);
  if (type === 'integer') return Number.isInteger(value);
  // jsonschema counts an array as an object, and null too.
  if (type === 'object') return typeof value === 'object';
  return typeof value === type;
}

function ownErrors(value: unknown, schema: Schema): string[] {
  const errors: string[] = [];
  if (schema.type && !isOfType(value, schema.type)) errors.push(`is not of a type(s) ${schema.type}`);
  if (schema.enum && !schema.enum.includes(value as string))
    errors.push(`is not one of enum values: ${schema.enum.join(',')}`);
  if (typeof value === 'string') {
    if (schema.minLength !== undefined && value.length < schema.minLength)
      errors.push(`does not meet minimum length of ${schema.minLength}`);
    if (schema.pattern && !new RegExp(schema.pattern, 'u').test(value))
      errors.push(`does not match pattern ${JSON.stringify(schema.pattern)}`);
  }
  if (typeof value === 'number') {
    if (schema.minimum !== undefined && value < schema.minimum)
      errors.push(`must be greater than or equal to ${schema.minimum}`);
    if (schema.maximum !== undefined && value > schema.maximum)
      errors.push(`must be less than or equal to ${schema.maximum}`);
  }
  if (Array.isArray(value)) {
    if (schema.minItems !== undefined && value.length < schema.minItems)
      errors.push(`does not meet minimum length of ${schema.minItems}`);
    if (schema.maxItems !== undefined && value.length > schema.maxItems)
      errors.push(`does not meet maximum length of ${schema.maxItems}`);
    if (schema.uniqueItems && new Set(value.map((item) => JSON.stringify(item))).size < value.length)
      errors.push('contains duplicate item');
  }
  return errors;
}

function nestedErrors(value: object, schema: Schema, path: string): string[] {
  const record = value as Record<string, unknown>;
  const errors: string[] = [];
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (record[name] !== undefined) errors.push(...schemaErrors(record[name], property, `${path}.${name}`));
  }
  for (const name of schema.required ?? []) {
    if (record[name] === undefined) errors.push(`${shown(path)} requires property ${JSON.stringify(name)}`);
  }
  for (const name of schema.notEmpty ?? []) {
    if (record[name] === '') errors.push(`The "${name}" cannot be empty`);
  }
  return errors;
}

/** Error texts drop the leading `instance.`; the root itself stays `instance`. */
function shown(path: string): string {
  return path.replace('instance.', '');
}

function schemaErrors(value: unknown, schema: Schema, path: string): string[] {
  const own = ownErrors(value, schema).map((error) => schema.description ?? `${shown(path)} ${error}`);
  if (Array.isArray(value)) {
    const { items } = schema;
    return items ? [...own, ...value.flatMap((item, index) => schemaErrors(item, items, `${path}[${index}]`))] : own;
  }
  return typeof value === 'object' && value !== null ? [...own, ...nestedErrors(value, schema, path)] : own;
}

/** The violations, worded as Evolution words them; empty when the body passes. */
export function violations(body: unknown, schema: Schema): string[] {
  return schemaErrors(body, schema, 'instance');
}

/** 400 with an array inside an array. */
export function checkSchema(body: unknown, schema: Schema): void {
  const errors = violations(body, schema);
  if (errors.length > 0) throw badRequest(errors);
}
