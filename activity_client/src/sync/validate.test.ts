// @vitest-environment node
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { DEFINITIONS, SERVER_SHAPES, type ServerMessage } from './protocol';
import type { Shape } from './shape';
import { fits, readServerMessage } from './validate';

vi.setConfig({ testTimeout: 30_000 });

/** Values of a shape, all of them. */
function valuesOf(shape: Shape): fc.Arbitrary<unknown> {
  if (shape.$ref !== undefined) {
    return valuesOf(DEFINITIONS[shape.$ref] ?? {});
  }
  if (shape.anyOf !== undefined) {
    return fc.oneof(...shape.anyOf.map(valuesOf));
  }
  if ('const' in shape) {
    return fc.constant(shape.const);
  }
  if (shape.enum !== undefined) {
    return fc.constantFrom(...shape.enum);
  }
  const types = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? []);
  return fc.oneof(...types.map((type) => valuesOfType(type, shape)));
}

function valuesOfType(type: string, shape: Shape): fc.Arbitrary<unknown> {
  const { minimum: min = -1e9, maximum: max = 1e9, minLength = 0, maxLength = 40 } = shape;
  switch (type) {
    case 'string':
      return shape.pattern === undefined
        ? fc.string({ minLength, maxLength: Math.min(40, maxLength), unit: 'binary' })
        : fc.stringMatching(new RegExp(shape.pattern));
    case 'integer':
      return fc.integer({ min: Math.max(min, Number.MIN_SAFE_INTEGER), max });
    case 'number':
      return fc.double({ min, max, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array':
      return fc.array(valuesOf(shape.items ?? {}), { maxLength: Math.min(4, shape.maxItems ?? 4) });
    default:
      return fc.record(
        Object.fromEntries(
          Object.entries(shape.properties ?? {}).map(([name, part]) => [name, valuesOf(part)]),
        ),
        { requiredKeys: [...(shape.required ?? [])] },
      );
  }
}

const types = Object.keys(SERVER_SHAPES) as ServerMessage['type'][];
const messages = fc.constantFrom(...types).chain((type) => valuesOf(SERVER_SHAPES[type]));

describe('a message of the server', () => {
  it('is read as it was written, whatever the schema allows', () => {
    fc.assert(
      fc.property(messages, (message) => {
        expect(readServerMessage(JSON.stringify(message))).toEqual(JSON.parse(JSON.stringify(message)));
      }),
      { numRuns: 150 },
    );
  });

  it('may bear more than we know, from a newer server', () => {
    fc.assert(
      fc.property(messages, (message) => {
        const more = { ...(message as object), of_tomorrow: { any: ['thing'] } };
        expect(readServerMessage(JSON.stringify(more))).not.toBeNull();
      }),
    );
  });

  it('is none where a part that must be there is missing', () => {
    fc.assert(
      fc.property(messages, fc.nat(), (message, which) => {
        const whole = message as ServerMessage;
        const required = SERVER_SHAPES[whole.type].required ?? [];
        const left = Object.fromEntries(
          Object.entries(whole).filter(([name]) => name !== required[which % required.length]),
        );
        expect(readServerMessage(JSON.stringify(left))).toBeNull();
      }),
    );
  });

  it.each([
    ['no text', new ArrayBuffer(4)],
    ['no JSON', 'hello'],
    ['a list', '[]'],
    ['nothing', 'null'],
    [
      "API Gateway's own word for a throttled function",
      '{"message":"Internal server error","connectionId":"a"}',
    ],
    ['of unknown type', '{"type":"weather"}'],
    ['of a type that every object knows', '{"type":"constructor"}'],
    ['not a number', '{"type":"clock","c0":1,"s1":"2","s2":3}'],
    ['a negative time', '{"type":"clock","c0":1,"s1":-2,"s2":3}'],
    ['half a revision', '{"type":"asked","ref":1.5}'],
    ['an unknown reason', '{"type":"goodbye","reason":"bored"}'],
  ])('is none of ours: %s', (_, text) => {
    expect(readServerMessage(text)).toBeNull();
  });

  it('is read with what may be left out, and without', () => {
    const timeline = { revision: 3, paused: false, position: 1.5, rate: 1, at: 1_700_000_000_000 };
    const playback = { type: 'playback', timeline, cause: 'hold', by: null, waiting_for: ['1'] };
    expect(readServerMessage(JSON.stringify(playback))).toEqual(playback);
    expect(readServerMessage(JSON.stringify({ ...playback, ref: 4 }))).toEqual({ ...playback, ref: 4 });
    expect(readServerMessage(JSON.stringify({ ...playback, ref: '4' }))).toBeNull();
    expect(readServerMessage(JSON.stringify({ ...playback, timeline: { ...timeline, rate: 3 } }))).toBeNull();
  });
});

describe('a shape', () => {
  it.each<[Shape, unknown, unknown]>([
    [{ type: 'string', maxLength: 2 }, '🎉🎉', 'abc'],
    [{ type: 'array', maxItems: 1, items: { type: 'null' } }, [null], [null, null]],
    [{ type: ['integer', 'null'], minimum: 0 }, null, -1],
    [{ $ref: 'userId' }, '123', '12a'],
    [{ type: 'number' }, 0.5, Number.NaN],
  ])('%j lets %j through and not %j', (shape, good, bad) => {
    expect(fits(good, shape)).toBe(true);
    expect(fits(bad, shape)).toBe(false);
  });

  it('that refers to nothing lets nothing through', () => {
    expect(fits('1', { $ref: 'nobody' })).toBe(false);
  });
});
