import { describe, expect, it } from 'vitest';
import { ANN, START, THE_SCHOOL } from '../testing/little_world';
import { commandLines } from './command_lines';
import {
  checkDraft,
  type Draft,
  type DraftEvent,
  draftAfter,
  draftOf,
  openOptions,
  partialOptions,
} from './draft';

const [LINE] = commandLines([START]);

function begin(texts: Record<string, string> = {}): Draft {
  if (LINE === undefined) {
    throw new Error('the command is gone');
  }
  return draftOf({ line: LINE, texts: new Map(Object.entries(texts)) });
}

const names = (draft: Draft) => draft.entries.map((entry) => entry.option.name);
const then = (draft: Draft, ...events: DraftEvent[]) => events.reduce(draftAfter, draft);

describe('a command that is filled in', () => {
  it('opens with what is required, at the first', () => {
    const draft = begin();
    expect(names(draft)).toEqual(['type', 'title']);
    expect(draft.active).toBe(0);
    expect(openOptions(draft).map((option) => option.name)).toEqual(['about']);
  });

  it('opens with what was typed already, at the first that is empty', () => {
    const draft = begin({ type: 'Webinar', about: 'Waves' });
    expect(names(draft)).toEqual(['type', 'title', 'about']);
    expect(draft.active).toBe(1);
  });

  it('goes on to the next empty option after a choice', () => {
    const draft = then(begin(), { kind: 'chosen', at: 0, text: 'Meeting room', value: 'room' });
    expect(draft.active).toBe(1);
    expect(draft.entries[0]).toMatchObject({ text: 'Meeting room', chosen: 'room' });
  });

  it('forgets a choice when somebody types over it', () => {
    const draft = then(
      begin(),
      { kind: 'chosen', at: 0, text: 'Webinar', value: 'webinar' },
      { kind: 'typed', at: 0, text: 'Web' },
    );
    expect(draft.entries[0]?.chosen).toBeNull();
  });

  it('adds an optional option once, and takes it away again', () => {
    const added = then(begin(), { kind: 'added', name: 'about' }, { kind: 'added', name: 'about' });
    expect(names(added)).toEqual(['type', 'title', 'about']);
    expect(added.active).toBe(2);
    const removed = then(added, { kind: 'removed', at: 2 });
    expect(names(removed)).toEqual(['type', 'title']);
    expect(removed.active).toBe(1);
  });

  it('sends values by option name', () => {
    const draft = begin({ type: 'meeting room', title: 'Waves' });
    expect(checkDraft(draft, THE_SCHOOL, ANN)).toEqual({ options: { type: 'room', title: 'Waves' } });
  });

  it('goes back to the first option that is wrong', () => {
    const draft = begin({ title: 'much longer than twenty characters' });
    const checked = checkDraft(draft, THE_SCHOOL, ANN);
    if (!('errors' in checked)) {
      throw new Error('it should have been refused');
    }
    expect([...checked.errors.keys()]).toEqual(['type', 'title']);
    const refused = then(draft, { kind: 'focused', at: 1 }, { kind: 'refused', errors: checked.errors });
    expect(refused.active).toBe(0);
    expect(refused.entries[1]?.error).toContain('20 or fewer');
  });

  it('asks for suggestions with what is right so far, and the text in hand as it is', () => {
    const draft = then(begin({ type: 'nonsense' }), { kind: 'typed', at: 1, text: '' });
    expect(partialOptions({ ...draft, active: 1 }, THE_SCHOOL, ANN)).toEqual({ title: '' });
  });
});
