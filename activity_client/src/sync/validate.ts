/**
 * What comes from the server is checked once, at the socket's edge; behind it the types are true.
 *
 * Exact in what it knows and liberal in what it does not: a member that a newer server adds is let through unread, a
 * message of unknown type is no message for us. What does not fit is dropped whole, never mended.
 */

import { DEFINITIONS, SERVER_SHAPES, type ServerMessage } from './protocol';
import type { Shape } from './shape';

const patterns = new Map<string, RegExp>();

/** The message in a frame's text, or null where it is none of ours. */
export function readServerMessage(text: unknown): ServerMessage | null {
  if (typeof text !== 'string') {
    return null;
  }
  const value = parsed(text);
  if (!isRecord(value) || typeof value.type !== 'string' || !Object.hasOwn(SERVER_SHAPES, value.type)) {
    return null;
  }
  const shape = SERVER_SHAPES[value.type as ServerMessage['type']];
  return fits(value, shape) ? (value as unknown as ServerMessage) : null;
}

/** Whether a value has a shape of the protocol. */
export function fits(value: unknown, shape: Shape): boolean {
  if (shape.$ref !== undefined) {
    const definition = DEFINITIONS[shape.$ref];
    return definition !== undefined && fits(value, definition);
  }
  if (shape.anyOf !== undefined) {
    return shape.anyOf.some((choice) => fits(value, choice));
  }
  if ('const' in shape) {
    return value === shape.const;
  }
  if (shape.enum !== undefined) {
    return shape.enum.includes(value);
  }
  return fitsType(value, shape) && fitsLimits(value, shape);
}

function fitsType(value: unknown, shape: Shape): boolean {
  const types = typeof shape.type === 'string' ? [shape.type] : (shape.type ?? []);
  return types.length === 0 || types.some((type) => isOfType(value, type));
}

function isOfType(value: unknown, type: string): boolean {
  switch (type) {
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return Number.isFinite(value);
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isRecord(value);
    default:
      return typeof value === type;
  }
}

function fitsLimits(value: unknown, shape: Shape): boolean {
  if (typeof value === 'number') {
    return value >= (shape.minimum ?? Number.NEGATIVE_INFINITY) && value <= (shape.maximum ?? Infinity);
  }
  if (typeof value === 'string') {
    return fitsText(value, shape);
  }
  if (Array.isArray(value)) {
    const { items } = shape;
    return (
      value.length <= (shape.maxItems ?? Infinity) &&
      (items === undefined || value.every((item) => fits(item, items)))
    );
  }
  return !isRecord(value) || fitsMembers(value, shape);
}

function fitsText(value: string, shape: Shape): boolean {
  // JSON Schema counts characters, JavaScript counts halves of the rarer ones.
  const length = [...value].length;
  const isOfLength = length >= (shape.minLength ?? 0) && length <= (shape.maxLength ?? Infinity);
  return isOfLength && (shape.pattern === undefined || patternOf(shape.pattern).test(value));
}

function fitsMembers(value: Record<string, unknown>, shape: Shape): boolean {
  const hasAll = (shape.required ?? []).every((name) => Object.hasOwn(value, name));
  return (
    hasAll &&
    Object.entries(shape.properties ?? {}).every(
      ([name, member]) => !Object.hasOwn(value, name) || fits(value[name], member),
    )
  );
}

function patternOf(pattern: string): RegExp {
  const known = patterns.get(pattern);
  if (known !== undefined) {
    return known;
  }
  const made = new RegExp(pattern, 'u');
  patterns.set(pattern, made);
  return made;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
