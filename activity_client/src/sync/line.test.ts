// @vitest-environment node
import { expect, it } from 'vitest';
import { positionOn } from './line';

const LINE = { revision: 1, paused: false, position: 10, rate: 2, atMs: 1_000 };

it('runs with its rate, and is reckoned backwards before it begins', () => {
  expect(positionOn(LINE, 1_500)).toBe(11);
  expect(positionOn(LINE, 500)).toBe(9);
});

it('stands while it is paused', () => {
  expect(positionOn({ ...LINE, paused: true }, 9_000)).toBe(10);
});
