import { describe, expect, it } from 'vitest';
import type { RoomView, SyncView } from '../../sync/room_view';
import { ANN, asBo, BO, CHEN, person, roomView } from '../../testing/fake_room';
import { initials, listOfNames, markOf } from './people_words';
import { arrivalsWords, closedWords, momentWords, remoteWords, whyNotWords } from './room_words';
import { syncSentence, syncWords } from './sync_words';
import { ageWords, clockTime, spokenTime } from './time_words';

const sync = (more: Partial<SyncView>): Partial<RoomView> => ({ sync: { ...roomView().sync, ...more } });

describe('time', () => {
  it.each([
    [0, '0:00', 'the beginning'],
    [724.9, '12:04', '12 minutes 4 seconds'],
    [3729, '1:02:09', '1 hour 2 minutes 9 seconds'],
    [Number.NaN, '–:––', 'unknown'],
    [-3, '0:00', 'the beginning'],
  ])('%d is %s, spoken "%s"', (seconds, written, spoken) => {
    expect(clockTime(seconds)).toBe(written);
    expect(spokenTime(seconds)).toBe(spoken);
  });

  it.each([
    [3_600, 'today'],
    [86_400, '1 day ago'],
    [40 * 86_400, '1 month ago'],
    [800 * 86_400, '2 years ago'],
  ])('%d seconds old is %s', (age, words) => {
    expect(ageWords(0, age)).toBe(words);
  });
});

describe('people', () => {
  it('are listed', () => {
    expect(listOfNames(['Ann'])).toBe('Ann');
    expect(listOfNames(['Ann', 'Bo'])).toBe('Ann and Bo');
    expect(listOfNames(['Ann', 'Bo', 'Chen'])).toBe('Ann, Bo and Chen');
    expect(listOfNames(['Ann', 'Bo', 'Chen', 'Dana', 'Emil'])).toBe('Ann, Bo and 3 more');
  });

  it('have letters in any script', () => {
    expect(initials('Ann')).toBe('A');
    expect(initials('Mary Jane Watson')).toBe('MW');
    expect(initials('فاطمة الزهراء')).toBe('فا');
    expect(initials('🎉 Päivi')).toBe('🎉P');
  });

  it('are marked by what holds others up first', () => {
    expect(markOf(person('1', 'A', { state: 'buffering', activity: 'away' }))).toBe('buffering');
    expect(markOf(person('1', 'A', { activity: 'away' }))).toBe('away');
    expect(markOf(person('1', 'A'))).toBeNull();
  });
});

describe('in step', () => {
  it.each<[Partial<SyncView>, string, string]>([
    [{ state: 'in_sync', driftMs: -6 }, 'in sync', '6 ms'],
    [{ state: 'catching_up', driftMs: 2400 }, 'catching up', '2.4 s'],
    [{ state: 'catching_up', driftMs: null }, 'loading', ''],
    [{ state: 'free', driftMs: null }, 'watching freely', ''],
    [{ state: 'no_media', driftMs: null }, 'no video yet', ''],
    [{ state: 'blocked', driftMs: null }, 'waiting for your tap', ''],
  ])('%o is "%s" and "%s"', (state, words, number) => {
    expect(syncWords(roomView(sync(state)), 0)).toMatchObject({ words, number });
  });

  it('says for whom the room waits', () => {
    const view = asBo({ ...sync({ state: 'waiting', driftMs: null }), waitingFor: [ANN, BO] });
    expect(syncWords(view, 0).words).toBe('waiting for Ann and you');
    expect(syncSentence(view, 0)).toBe('The room is waiting for Ann and you. It goes on by itself.');
  });

  it('counts down to the next try', () => {
    const connection = { state: 'waiting', retryInMs: 5000, retryAtMs: 10_000 } as const;
    const view = roomView({ ...sync({ state: 'disconnected', driftMs: null }), connection });
    expect(syncWords(view, 6_200).words).toBe('not connected, trying again in 4 s');
    expect(syncWords(view, 12_000).words).toBe('not connected, trying again in 1 s');
  });
});

describe('the remote', () => {
  const control = { mode: 'host', locked: false, wait_for_buffering: 'nobody', barred: [] } as const;

  it('is always somebody’s, in words', () => {
    expect(remoteWords(roomView())).toBe('You have the remote.');
    expect(remoteWords(asBo())).toBe('Ann has the remote.');
    expect(remoteWords(asBo({ control: { ...control, locked: true } }))).toBe(
      'Ann has the remote, and has locked it.',
    );
    expect(remoteWords(roomView({ control: { ...control, locked: true } }))).toBe(
      'You have the remote, and have locked it.',
    );
    expect(remoteWords(asBo({ control: { ...control, mode: 'everyone' } }))).toBe(
      'Everyone may play, pause and jump.',
    );
  });

  it('is refused with a reason', () => {
    expect(whyNotWords(roomView())).toBeNull();
    expect(whyNotWords(asBo({ whyNot: 'barred' }))).toBe('Ann has taken your control away for now.');
  });
});

describe('what happens', () => {
  it('is told of others, not of oneself', () => {
    const view = asBo();
    expect(momentWords(view, { kind: 'playback', cause: 'pause', by: ANN })).toBe('Ann paused.');
    expect(momentWords(view, { kind: 'playback', cause: 'pause', by: BO })).toBeNull();
    expect(momentWords(view, { kind: 'playback', cause: 'hold', by: null })).toBeNull();
  });

  it('says who holds the remote now', () => {
    expect(momentWords(asBo(), { kind: 'host', userId: BO, reason: 'claimed' })).toBe(
      'The host has gone. You have the remote now.',
    );
    expect(momentWords(asBo(), { kind: 'host', userId: CHEN, reason: 'transferred' })).toBe(
      'Chen has the remote now.',
    );
    expect(momentWords(asBo(), { kind: 'host', userId: ANN, reason: 'returned' })).toBe(
      'Ann is back and has the remote.',
    );
  });

  it('says why a wish came to nothing', () => {
    const refused = (reason: 'stale' | 'no_answer' | 'unknown_user') =>
      momentWords(asBo(), { kind: 'refused', wish: 'seek', reason });
    expect(refused('stale')).toContain('quicker');
    expect(refused('no_answer')).toContain('did not answer');
    expect(refused('unknown_user')).toContain('no longer here');
  });

  it('notes who came and went', () => {
    expect(arrivalsWords(['Ann', 'Bo'], ['Chen'])).toEqual(['Ann and Bo joined.', 'Chen left.']);
    expect(arrivalsWords([], [])).toEqual([]);
  });

  it('ends with a sentence', () => {
    expect(closedWords('closed', null)).toBe('The host has closed this room.');
    expect(closedWords('refused', 'You are no longer in the voice channel.')).toBe(
      'You are no longer in the voice channel.',
    );
  });
});
