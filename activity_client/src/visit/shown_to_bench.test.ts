import { expect, it } from 'vitest';
import { showToBench } from './shown_to_bench';

it('shows what the engine believes at that moment, and nothing else', () => {
  const page: Pick<Window, 'watchTogether'> = {};
  const session = { belief: { serverNowMs: 5, boundMs: 3, driftMs: null } };
  showToBench(page, session);
  expect(page.watchTogether?.()).toEqual({ serverNowMs: 5, boundMs: 3, driftMs: null });
  session.belief = { ...session.belief, serverNowMs: 6 };
  expect(page.watchTogether?.()?.serverNowMs).toBe(6);
  expect(Object.keys(page)).toEqual(['watchTogether']);
});
