import { describe, expect, it } from 'vitest';
import type { Modal, ModalInput } from '../api/components';
import type { FieldValue } from '../api/interactions';
import { fieldProblem, fieldsOf, startingValues } from './fields';

const TITLE: ModalInput = {
  type: 4,
  custom_id: 'title',
  style: 1,
  min_length: 3,
  max_length: 5,
  value: 'abc',
};
const WHO: ModalInput = { type: 5, custom_id: 'who', required: false };
const KIND: ModalInput = {
  type: 21,
  custom_id: 'kind',
  options: [{ value: 'w', label: 'W', default: true }],
};
const DAYS: ModalInput = {
  type: 22,
  custom_id: 'days',
  min_values: 2,
  max_values: 2,
  options: ['mo', 'tu', 'we'].map((value) => ({ value, label: value })),
};
const LOUD: ModalInput = { type: 23, custom_id: 'loud' };

const MODAL: Modal = {
  custom_id: 'm',
  title: 'M',
  components: [
    { type: 10, content: 'Read this.' },
    ...[TITLE, WHO, KIND, DAYS, LOUD].map((component) => ({ type: 18 as const, label: 'L', component })),
    { type: 1, components: [{ type: 4, custom_id: 'old', style: 2, label: 'Old' }] },
  ],
};

describe('the fields of a modal', () => {
  it('are those of labels and of the older rows', () => {
    expect(fieldsOf(MODAL).map((field) => field.input.custom_id)).toEqual([
      'title',
      'who',
      'kind',
      'days',
      'loud',
      'old',
    ]);
  });

  it('start with their defaults', () => {
    expect(startingValues(MODAL)).toEqual({
      title: 'abc',
      who: [],
      kind: 'w',
      days: [],
      loud: false,
      old: '',
    });
  });

  it.each<[ModalInput, FieldValue, string | null]>([
    [TITLE, 'abcd', null],
    [TITLE, '', 'This field is required.'],
    [TITLE, 'ab', 'Must be at least 3 characters long.'],
    [TITLE, 'abcdef', 'Must be at most 5 characters long.'],
    [{ ...TITLE, required: false }, '', null],
    [WHO, [], null],
    [{ ...WHO, required: true }, [], 'This field is required.'],
    [KIND, null, 'This field is required.'],
    [KIND, 'w', null],
    [DAYS, ['mo'], 'Choose at least 2.'],
    [DAYS, ['mo', 'tu'], null],
    [DAYS, ['mo', 'tu', 'we'], 'Choose at most 2.'],
    [LOUD, false, null],
  ])('are checked before they are sent: %o with %o', (input, value, problem) => {
    expect(fieldProblem(input, value)).toBe(problem);
  });
});
