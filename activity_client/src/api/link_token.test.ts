import { afterEach, describe, expect, it } from 'vitest';
import { takeLinkToken } from './link_token';

afterEach(() => window.history.replaceState(null, '', '/'));

describe('the link', () => {
  it('is taken, and leaves the address without leaving a trace in the history', () => {
    window.history.replaceState(null, '', '/?a=1#link=signed.by-us_1');
    const before = window.history.length;
    expect(takeLinkToken(window.location, window.history)).toBe('signed.by-us_1');
    expect(window.location.search).toBe('?a=1');
    expect(window.location.hash).toBe('');
    expect(window.history.length).toBe(before);
  });

  it.each(['/', '/#', '/#other=1', '/#link='])('%s has none, and stays as it is', (address) => {
    window.history.replaceState(null, '', address);
    expect(takeLinkToken(window.location, window.history)).toBeNull();
  });
});
