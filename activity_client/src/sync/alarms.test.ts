// @vitest-environment node
import { describe, expect, it } from 'vitest';
import { SimulatedTime } from '../../bench/simulation/simulated_time';
import { Alarms } from './alarms';

function clockwork() {
  const time = new SimulatedTime();
  const rung: string[] = [];
  const alarms = new Alarms<'one' | 'other'>({
    setTimeout: (action, ms) => time.after(ms, action),
    clearTimeout: (timer) => time.cancel(timer),
  });
  return { time, rung, alarms };
}

describe('alarms', () => {
  it('ring once, and are not set any more then', async () => {
    const { time, rung, alarms } = clockwork();
    alarms.set('one', 100, () => rung.push(`one ${alarms.isSet('one')}`));
    expect(alarms.isSet('one')).toBe(true);
    await time.pass(1_000);
    expect(rung).toEqual(['one false']);
  });

  it('are replaced by name', async () => {
    const { time, rung, alarms } = clockwork();
    alarms.set('one', 100, () => rung.push('early'));
    alarms.set('one', 200, () => rung.push('late'));
    alarms.set('other', 150, () => rung.push('other'));
    await time.pass(1_000);
    expect(rung).toEqual(['other', 'late']);
  });

  it('can be stopped, one and all', async () => {
    const { time, rung, alarms } = clockwork();
    alarms.set('one', 100, () => rung.push('one'));
    alarms.stop('one');
    alarms.set('one', 100, () => rung.push('one'));
    alarms.set('other', 100, () => rung.push('other'));
    alarms.stopAll();
    await time.pass(1_000);
    expect(rung).toEqual([]);
  });
});
