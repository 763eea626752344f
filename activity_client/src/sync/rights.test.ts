// @vitest-environment node
import { describe, expect, it } from 'vitest';
import type { Control, Host } from './protocol';
import { whyNotControl } from './rights';
import type { You } from './room_view';

const HOST: Host = { user_id: '1', lease_until_ms: 0 };
const FREE: Control = { mode: 'everyone', locked: false, wait_for_buffering: 'nobody', barred: [] };

function viewer(userId: string, level: You['level'] = 'viewer'): You {
  return { userId, name: 'Ann', level };
}

describe('who may control', () => {
  it.each<[string, You, Partial<Control>, ReturnType<typeof whyNotControl>]>([
    ['everyone, where everyone may', viewer('2'), {}, null],
    ['a viewer, where the host alone does', viewer('2'), { mode: 'host' }, 'host_controls'],
    ['a viewer whose control was taken away', viewer('2'), { barred: ['2'] }, 'barred'],
    ['a viewer, where it is locked', viewer('2'), { locked: true }, 'locked'],
    ['the host, always', viewer('1'), { mode: 'host', locked: true, barred: ['1'] }, null],
    ['a moderator, always', viewer('2', 'moderator'), { mode: 'host', locked: true, barred: ['2'] }, null],
    ['an admin, always', viewer('2', 'admin'), { mode: 'host', locked: true }, null],
  ])('%s', (_, you, change, why) => {
    expect(whyNotControl(you, HOST, { ...FREE, ...change })).toBe(why);
  });

  it('nobody, before anything is known', () => {
    expect(whyNotControl(null, HOST, FREE)).toBe('disconnected');
    expect(whyNotControl(viewer('1'), null, FREE)).toBe('disconnected');
    expect(whyNotControl(viewer('1'), HOST, null)).toBe('disconnected');
  });
});
