import { describe, expect, it } from 'vitest';
import { BO, THE_SCHOOL } from '../testing/little_world';
import { cssColour, initials, memberGroups, memberOf, nameColour, shownName } from './people';

describe('people', () => {
  it('are grouped by their highest role, highest first, the rest at the end', () => {
    const groups = memberGroups(THE_SCHOOL).map((group) => [
      group.name,
      group.members.map((one) => one.name),
    ]);
    expect(groups).toEqual([
      ['Teachers', ['Bo']],
      ['Students', ['فاطمة']],
      ['Online', ['Ann', 'Kaltura']],
    ]);
  });

  it('wear the colour of their highest role', () => {
    const bo = memberOf(THE_SCHOOL, BO);
    expect(bo && nameColour(THE_SCHOOL, bo)).toBe('#2ecc71');
    expect(cssColour(0xff)).toBe('#0000ff');
  });

  it('are called what the server calls them, and strangers what they call themselves', () => {
    expect(shownName(THE_SCHOOL, { id: BO, username: 'b', global_name: null })).toBe('Bo');
    expect(shownName(THE_SCHOOL, { id: '9', username: 'b', global_name: 'Bee' })).toBe('Bee');
    expect(shownName(THE_SCHOOL, { id: '9', username: 'b', global_name: null })).toBe('b');
  });

  it('have letters for a picture', () => {
    expect(initials('Mary Jane Watson')).toBe('MJ');
    expect(initials('🎉 Päivi')).toBe('🎉P');
    expect(initials('')).toBe('');
  });
});
