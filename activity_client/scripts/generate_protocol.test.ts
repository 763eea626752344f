// @vitest-environment node
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  generate,
  OUTPUT_PATH,
  protocolSource,
  SCHEMA_PATH,
  typeName,
  typeOf,
} from './generate_protocol.mjs';

describe('the protocol of the page', () => {
  it('is what the schema says: run `node scripts/generate_protocol.mjs` after a change', () => {
    expect(readFileSync(OUTPUT_PATH, 'utf-8')).toBe(generate());
  });

  it('has every constant with its reason, every definition and every message', () => {
    const schema = JSON.parse(readFileSync(SCHEMA_PATH, 'utf-8'));
    const source = protocolSource(schema);
    for (const [name, { value, why }] of Object.entries<{ value: number; why: string }>(
      schema['x-constants'],
    )) {
      expect(source).toContain(`/** ${why} */\nexport const ${name} = ${value};`);
    }
    for (const name of Object.keys(schema.$defs)) {
      expect(source).toMatch(new RegExp(`export (type|interface) ${typeName(name)} `));
    }
    for (const name of Object.keys(schema['x-client-messages'])) {
      expect(source).toContain(`export interface Client${typeName(name)} {`);
    }
    for (const name of Object.keys(schema['x-server-messages'])) {
      expect(source).toContain(`export interface Server${typeName(name)} {`);
    }
  });
});

describe('a shape as a type', () => {
  it.each([
    [{ type: 'string', pattern: '^a$' }, 'string'],
    [{ type: 'integer' }, 'number'],
    [{ type: ['number', 'null'] }, 'number | null'],
    [{ enum: ['a', 2] }, "'a' | 2"],
    [{ const: 'x' }, "'x'"],
    [{ $ref: '#/$defs/userId' }, 'UserId'],
    [{ anyOf: [{ $ref: '#/$defs/media' }, { type: 'null' }] }, 'Media | null'],
    [{ type: 'array', items: { type: 'boolean' } }, 'readonly (boolean)[]'],
  ])('%j', (shape, type) => {
    expect(typeOf(shape)).toBe(type);
  });

  it('tells what may be left out', () => {
    const shape = {
      type: 'object',
      required: ['a'],
      properties: { a: { type: 'string' }, b: { type: 'null' } },
    };
    expect(typeOf(shape)).toBe('{\nreadonly a: string;\nreadonly b?: null;\n}');
  });

  it('is refused where the generator would have to guess', () => {
    expect(() => typeOf({ type: 'date' })).toThrow('does not know the type "date"');
    expect(() => typeOf(JSON.parse('{"oneOf": []}'))).toThrow('does not know the keyword "oneOf"');
  });
});
