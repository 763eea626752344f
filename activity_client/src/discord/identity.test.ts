import { describe, expect, it } from 'vitest';
import { applicationIdIn } from './application_id';
import { avatarAddress } from './avatars';

describe('the application', () => {
  it('is named by the address under which Discord frames it', () => {
    expect(applicationIdIn('1300000000000000001.discordsays.com')).toBe('1300000000000000001');
  });

  it.each([
    'watch.example.org',
    '127.0.0.1',
    'discordsays.com',
    'x.1300000000000000001.discordsays.com.evil.org',
  ])('is not named by %s', (host) => {
    expect(applicationIdIn(host)).toBeNull();
  });
});

describe('a picture', () => {
  it('is one of those that an Activity may load', () => {
    const hash = 'a_0123456789abcdef0123456789abcdef';
    expect(avatarAddress('42', hash)).toBe(`https://cdn.discordapp.com/avatars/42/${hash}.webp?size=80`);
  });

  it.each([null, undefined, '', '../../evil', 'not-a-hash'])('is letters for %s', (hash) => {
    expect(avatarAddress('42', hash)).toBeNull();
  });
});
