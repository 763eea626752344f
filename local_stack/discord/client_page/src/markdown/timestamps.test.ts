import { describe, expect, it } from 'vitest';
import { messageTime, relativeTime, timeInWords } from './timestamps';

const NOON = Date.UTC(2026, 10, 20, 12, 0, 0) / 1000;

describe('times', () => {
  it.each([
    ['t', '12:00 PM'],
    ['T', '12:00:00 PM'],
    ['d', '11/20/2026'],
    ['D', 'November 20, 2026'],
    ['f', 'November 20, 2026 at 12:00 PM'],
    ['F', 'Friday, November 20, 2026 at 12:00 PM'],
    ['s', '11/20/2026, 12:00 PM'],
    ['S', '11/20/2026, 12:00:00 PM'],
  ])('writes style %s as %s', (style, expected) => {
    expect(timeInWords(NOON, style, NOON, 'UTC').replaceAll('\u202f', ' ')).toBe(expected);
  });

  it.each([
    [NOON + 30, 'in 30 seconds'],
    [NOON - 60, '1 minute ago'],
    [NOON + 3 * 3600, 'in 3 hours'],
    [NOON - 2 * 86_400, '2 days ago'],
    [NOON - 400 * 86_400, '1 year ago'],
  ])('says how far %d is away: %s', (at, expected) => {
    expect(relativeTime(at, NOON)).toBe(expected);
  });

  it('does not break on a time that no calendar has', () => {
    expect(timeInWords(9_999_999_999_999, 'F', NOON)).toBe('Invalid Date');
  });

  it('names yesterday, and shows the clock alone for today', () => {
    const now = new Date(2026, 10, 20, 12).getTime() / 1000;
    expect(messageTime(new Date(2026, 10, 20, 9, 5).toISOString(), now)).toMatch(/^9:05\sAM$/);
    expect(messageTime(new Date(2026, 10, 19, 9, 5).toISOString(), now)).toMatch(/^Yesterday at 9:05\sAM$/);
    expect(messageTime(new Date(2026, 10, 1, 9, 5).toISOString(), now)).toMatch(/^11\/1\/2026, 9:05\sAM$/);
  });
});
