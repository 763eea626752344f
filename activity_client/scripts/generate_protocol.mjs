/**
 * Writes `src/sync/protocol.ts` from the one schema of the protocol, which the server checks its messages against.
 *
 * Every definition becomes a named type, every message an interface, and what validation of the server's messages
 * needs is written as data. `node scripts/generate_protocol.mjs` writes the file; a test compares it with a fresh one.
 */

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { argv, stdout } from 'node:process';
import { fileURLToPath } from 'node:url';

const CLIENT_ROOT = resolve(import.meta.dirname, '..');
export const SCHEMA_PATH = resolve(CLIENT_ROOT, '../functions/kaltura_discord/watch/protocol.json');
export const OUTPUT_PATH = resolve(CLIENT_ROOT, 'src/sync/protocol.ts');

/**
 * The part of JSON Schema that the protocol uses. Anything else in it is a mistake, and stops the generator.
 *
 * @typedef {object} Shape
 * @property {string} [$ref]
 * @property {string | string[]} [type]
 * @property {unknown} [const]
 * @property {unknown[]} [enum]
 * @property {string} [pattern]
 * @property {number} [minimum]
 * @property {number} [maximum]
 * @property {number} [minLength]
 * @property {number} [maxLength]
 * @property {number} [maxItems]
 * @property {Shape} [items]
 * @property {Shape[]} [anyOf]
 * @property {string[]} [required]
 * @property {Record<string, Shape>} [properties]
 * @property {boolean} [additionalProperties]
 * @property {string} [description]
 */

/**
 * @typedef {object} Protocol
 * @property {Record<string, { value: number, why: string }>} x-constants
 * @property {Record<string, Shape>} $defs
 * @property {Record<string, Shape>} x-client-messages
 * @property {Record<string, Shape>} x-server-messages
 */

const KNOWN_KEYWORDS = new Set([
  ...['$ref', 'type', 'const', 'enum', 'pattern', 'minimum', 'maximum', 'minLength', 'maxLength', 'maxItems'],
  ...['items', 'anyOf', 'required', 'properties', 'additionalProperties', 'description'],
]);
const TYPE_WORDS = new Map([
  ['string', 'string'],
  ['number', 'number'],
  ['integer', 'number'],
  ['boolean', 'boolean'],
  ['null', 'null'],
]);

/**
 * @param {string} name such as `playback.set` or `roomState`
 * @returns {string} such as `PlaybackSet` or `RoomState`
 */
export function typeName(name) {
  return name.replaceAll(/(?:^|[._])(\w)/g, (_, letter) => letter.toUpperCase());
}

/**
 * @param {Shape} shape
 * @returns {string} the TypeScript type of it
 */
export function typeOf(shape) {
  const unknown = Object.keys(shape).find((keyword) => !KNOWN_KEYWORDS.has(keyword));
  if (unknown !== undefined) {
    throw new Error(`The generator does not know the keyword "${unknown}".`);
  }
  if (shape.$ref !== undefined) {
    return typeName(definitionName(shape.$ref));
  }
  if (shape.const !== undefined) {
    return literal(shape.const);
  }
  if (shape.enum !== undefined) {
    return shape.enum.map(literal).join(' | ');
  }
  if (shape.anyOf !== undefined) {
    return shape.anyOf.map(typeOf).join(' | ');
  }
  if (Array.isArray(shape.type)) {
    return shape.type.map((type) => typeOf({ type })).join(' | ');
  }
  if (shape.type === 'array') {
    return `readonly (${typeOf(shape.items ?? {})})[]`;
  }
  return shape.type === 'object' ? membersOf(shape) : plainType(shape.type);
}

/**
 * @param {string | undefined} type
 * @returns {string}
 */
function plainType(type) {
  const word = TYPE_WORDS.get(type ?? '');
  if (word === undefined) {
    throw new Error(`The generator does not know the type "${type}".`);
  }
  return word;
}

/**
 * @param {Shape} shape an object's
 * @returns {string} `{ ... }`
 */
function membersOf(shape) {
  const required = new Set(shape.required);
  const members = Object.entries(shape.properties ?? {}).map(([name, member]) => {
    const optional = required.has(name) ? '' : '?';
    return `${comment(member.description)}readonly ${name}${optional}: ${typeOf(member)};`;
  });
  return `{\n${members.join('\n')}\n}`;
}

/**
 * @param {string} reference such as `#/$defs/userId`
 * @returns {string}
 */
function definitionName(reference) {
  return reference.replace('#/$defs/', '');
}

/**
 * @param {unknown} value
 * @returns {string}
 */
function literal(value) {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value);
}

/**
 * @param {string | undefined} words
 * @returns {string} a comment of one line, or nothing
 */
function comment(words) {
  return words === undefined ? '' : `/** ${words} */\n`;
}

/**
 * @param {string} name
 * @param {Shape} shape
 * @returns {string} the declaration
 */
function declaration(name, shape) {
  const type = typeOf(shape);
  const head = comment(shape.description);
  return shape.type === 'object'
    ? `${head}export interface ${name} ${type}`
    : `${head}export type ${name} = ${type};`;
}

/**
 * What a checker needs of a shape: no descriptions, and references by the name alone.
 *
 * @param {Shape} shape
 * @returns {object}
 */
function shapeData(shape) {
  const text = JSON.stringify(shape, (key, value) => {
    if (key === '$ref') {
      return definitionName(value);
    }
    const isSaid = key === 'description' && typeof value === 'string';
    return isSaid || key === 'additionalProperties' ? undefined : value;
  });
  return JSON.parse(text);
}

/**
 * @param {Protocol} protocol
 * @param {Shape[]} roots
 * @returns {Record<string, Shape>} the definitions that these refer to, directly or not
 */
function reachable(protocol, roots) {
  /** @type {Record<string, Shape>} */
  const found = {};
  const waiting = [...roots];
  while (waiting.length > 0) {
    for (const [, name] of JSON.stringify(waiting.pop()).matchAll(/"#\/\$defs\/(\w+)"/g)) {
      const shape = protocol.$defs[name ?? ''];
      if (name !== undefined && shape !== undefined && !(name in found)) {
        found[name] = shape;
        waiting.push(shape);
      }
    }
  }
  return found;
}

/**
 * @param {string} side `Client` or `Server`
 * @param {Record<string, Shape>} messages
 * @returns {string}
 */
function messageTypes(side, messages) {
  const names = Object.keys(messages).map((name) => side + typeName(name));
  const declarations = Object.entries(messages).map(([name, shape]) =>
    declaration(side + typeName(name), shape),
  );
  return `${declarations.join('\n\n')}\n\nexport type ${side}Message = ${names.join(' | ')};`;
}

/**
 * @param {Record<string, Shape>} shapes
 * @returns {Record<string, object>}
 */
function dataOf(shapes) {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shapeData(shape)]));
}

/**
 * @param {Protocol} protocol
 * @returns {string} the file before it is formatted
 */
export function protocolSource(protocol) {
  const server = protocol['x-server-messages'];
  const constants = Object.entries(protocol['x-constants']).map(
    ([name, { value, why }]) => `/** ${why} */\nexport const ${name} = ${value};`,
  );
  const types = Object.entries(protocol.$defs).map(([name, shape]) => declaration(typeName(name), shape));
  return [
    '/**\n * The protocol of Watch Together, version 1.\n *\n * Written by scripts/generate_protocol.mjs from functions/kaltura_discord/watch/protocol.json; never edited by hand.\n */',
    "import type { Shape } from './shape';",
    constants.join('\n\n'),
    types.join('\n\n'),
    messageTypes('Client', protocol['x-client-messages']),
    messageTypes('Server', server),
    `/** The shapes that the server's messages refer to by name, as data for \`validate.ts\`. */\nexport const DEFINITIONS: Readonly<Record<string, Shape>> = ${JSON.stringify(dataOf(reachable(protocol, Object.values(server))))};`,
    `/** The shape of each message of the server, by its type. */\nexport const SERVER_SHAPES: Readonly<Record<ServerMessage['type'], Shape>> = ${JSON.stringify(dataOf(server))};`,
  ].join('\n\n');
}

/**
 * The whole file, formatted as the rest of the project is.
 *
 * @returns {string}
 */
export function generate() {
  const source = protocolSource(JSON.parse(readFileSync(SCHEMA_PATH, 'utf-8')));
  return execFileSync(
    resolve(CLIENT_ROOT, 'node_modules/.bin/biome'),
    ['format', '--stdin-file-path=src/sync/protocol.ts'],
    { cwd: CLIENT_ROOT, input: source, encoding: 'utf-8' },
  );
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  writeFileSync(OUTPUT_PATH, generate());
  stdout.write(`Wrote ${OUTPUT_PATH}\n`);
}
