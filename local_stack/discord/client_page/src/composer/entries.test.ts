import { describe, expect, it } from 'vitest';
import type { CommandOption } from '../api/world';
import { ANN, BO, TEACHERS, THE_SCHOOL } from '../testing/little_world';
import { type Checked, checkEntry, emptyEntry, suggestionsFor, suggestionsMatching } from './entries';

function check(option: Partial<CommandOption>, text: string): Checked {
  const whole = { type: 3, name: 'x', description: '', ...option };
  return checkEntry(emptyEntry(whole, text), THE_SCHOOL, ANN);
}

describe('what Discord’s client sends', () => {
  it.each<[string, Partial<CommandOption>, string, unknown]>([
    ['text without the space around it', {}, '  hello ', 'hello'],
    ['a whole number', { type: 4, min_value: 1, max_value: 5 }, '5', 5],
    ['a number', { type: 10 }, '-2.5', -2.5],
    ['true', { type: 5 }, 'true', true],
    ['a choice by its name, in any case', { choices: [{ name: 'Room', value: 'r' }] }, 'room', 'r'],
    ['a person by name', { type: 6 }, 'Bo', BO],
    ['a role', { type: 8 }, '@Teachers', TEACHERS],
  ])('is %s', (_name, option, text, value) => {
    expect(check(option, text)).toEqual({ value });
  });

  it.each<[string, Partial<CommandOption>, string, string]>([
    ['nothing where something is required', { required: true }, '  ', 'required'],
    ['half a whole number', { type: 4 }, '1.5', 'whole number'],
    ['words for a number', { type: 10 }, 'many', 'valid number'],
    ['too little', { type: 4, min_value: 1 }, '0', 'at least 1'],
    ['too much', { type: 10, max_value: 1.5 }, '2', 'at most 1.5'],
    ['too short a text', { min_length: 3 }, 'ab', '3 or more'],
    ['too long a text', { max_length: 2 }, '🎉🎉🎉', 'This has 3'],
    [
      'a choice that is not offered',
      { choices: [{ name: 'Room', value: 'r' }] },
      'Hall',
      'isn’t in the list',
    ],
    ['a stranger', { type: 6 }, 'Zed', 'isn’t in the list'],
    ['words for a file', { type: 11 }, 'x', 'Choose a file'],
  ])('is never %s', (_name, option, text, words) => {
    const checked = check(option, text);
    expect('error' in checked && checked.error).toContain(words);
  });

  it('is what was chosen, whatever its name says', () => {
    const entry = { ...emptyEntry({ type: 3, name: 'meeting', description: '' }, 'Weekly'), chosen: 'id-7' };
    expect(checkEntry(entry, THE_SCHOOL, ANN)).toEqual({ value: 'id-7' });
  });
});

describe('suggestions', () => {
  it('exist for lists only', () => {
    expect(suggestionsFor({ type: 3, name: 'x', description: '' }, THE_SCHOOL, ANN)).toBeNull();
    const yesNo = suggestionsFor({ type: 5, name: 'x', description: '' }, THE_SCHOOL, ANN) ?? [];
    expect(yesNo.map((one) => one.sent)).toEqual([true, false]);
  });

  it('are narrowed by what is typed', () => {
    const people = suggestionsFor({ type: 6, name: 'x', description: '' }, THE_SCHOOL, ANN) ?? [];
    expect(suggestionsMatching(people, 'b').map((one) => one.label)).toEqual(['Bo']);
  });
});
