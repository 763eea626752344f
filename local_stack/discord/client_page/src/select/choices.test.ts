import { describe, expect, it } from 'vitest';
import { BO, GENERAL, THE_SCHOOL } from '../testing/little_world';
import { channelChoices, choicesMatching, choicesOf, defaultsOf, memberChoices, toggled } from './choices';
import { activeAfterKey } from './list_keys';

describe('what a select offers', () => {
  it('has its own options, with their defaults', () => {
    const select = {
      type: 3 as const,
      custom_id: 'kind',
      options: [
        { label: 'Webinar', value: 'w', description: 'One speaks' },
        { label: 'Room', value: 'r', default: true },
      ],
    };
    expect(choicesOf(select, THE_SCHOOL, BO).map((choice) => choice.label)).toEqual(['Webinar', 'Room']);
    expect(defaultsOf(select)).toEqual(['r']);
  });

  it('has people and roles together where both may be mentioned', () => {
    const labels = choicesOf({ type: 7, custom_id: 'x' }, THE_SCHOOL, BO).map((choice) => choice.label);
    expect(labels).toContain('Bo');
    expect(labels).toContain('Teachers');
    expect(labels.at(-1)).toBe('@everyone');
  });

  it('has only channels of the wanted kind that the person sees', () => {
    expect(channelChoices(THE_SCHOOL, BO, [0]).map((choice) => choice.value)).toEqual([GENERAL]);
  });

  it('is found by any part of a name', () => {
    expect(choicesMatching(memberChoices(THE_SCHOOL), ' AN ').map((choice) => choice.label)).toEqual(['Ann']);
  });

  it('replaces a single choice, and collects several up to their number', () => {
    expect(toggled(['a'], 'b', 1)).toEqual(['b']);
    expect(toggled(['a'], 'b', 2)).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'c', 2)).toEqual(['a', 'b']);
    expect(toggled(['a', 'b'], 'a', 2)).toEqual(['b']);
  });
});

describe('keys in a list', () => {
  it('go round at both ends', () => {
    expect(activeAfterKey('ArrowDown', 2, 3)).toBe(0);
    expect(activeAfterKey('ArrowUp', 0, 3)).toBe(2);
    expect(activeAfterKey('PageDown', 0, 3)).toBe(2);
    expect(activeAfterKey('PageUp', 2, 3)).toBe(0);
  });

  it('are nothing special in an empty list, and neither are letters', () => {
    expect(activeAfterKey('ArrowDown', 0, 0)).toBeNull();
    expect(activeAfterKey('a', 0, 3)).toBeNull();
  });
});
