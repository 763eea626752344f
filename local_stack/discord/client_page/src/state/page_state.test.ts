import { describe, expect, it } from 'vitest';
import type { Message } from '../api/messages';
import { answer, GENERAL, message, STAFF_ROOM } from '../testing/little_world';
import { EMPTY_PAGE, type OwnCommand, type PageEvent, type PageState, pageAfter } from './page_state';

function pageOf(...events: PageEvent[]): PageState {
  return events.reduce(pageAfter, EMPTY_PAGE);
}

const created = (one: Message): PageEvent => ({
  kind: 'channelHappened',
  event: { kind: 'created', channelId: one.channel_id, message: one },
});
const updated = (one: Message): PageEvent => ({
  kind: 'channelHappened',
  event: { kind: 'updated', channelId: one.channel_id, message: one },
});
const deleted = (messageId: string): PageEvent => ({
  kind: 'channelHappened',
  event: { kind: 'deleted', channelId: GENERAL, messageId },
});

const COMMAND: OwnCommand = {
  id: 'mine',
  channelId: GENERAL,
  name: 'kaltura-list',
  sentAt: 0,
  failure: null,
};
const FAILURE = { shown: 'The application did not respond', reason: 'It took 3 s.' };

describe('a window', () => {
  it('follows what happens in a channel', () => {
    const state = pageOf(
      created(message('1')),
      created(message('2')),
      updated(message('1', { content: 'new' })),
      deleted('2'),
    );
    expect(state.channels[GENERAL]?.map((one) => one.content)).toEqual(['new']);
  });

  it('orders messages by their ids, however they arrive', () => {
    const state = pageOf(created(message('10')), created(message('9')));
    expect(state.channels[GENERAL]?.map((one) => one.id)).toEqual(['9', '10']);
  });

  it('believes what happened while a list was on its way more than the list', () => {
    const state = pageOf(
      { kind: 'listAsked', channelId: GENERAL },
      updated(message('1', { content: 'final' })),
      created(message('2')),
      { kind: 'listArrived', channelId: GENERAL, messages: [message('1', { content: 'thinking' })] },
    );
    expect(state.channels[GENERAL]?.map((one) => one.content)).toEqual(['final', 'message 2']);
    expect(state.missed).toEqual({});
  });

  it('forgets what a new list no longer has', () => {
    const state = pageOf(
      created(message('1')),
      { kind: 'listAsked', channelId: GENERAL },
      { kind: 'listArrived', channelId: GENERAL, messages: [message('2')] },
    );
    expect(state.channels[GENERAL]?.map((one) => one.id)).toEqual(['2']);
  });

  it('keeps the messages it has when a list does not come', () => {
    const state = pageOf(
      created(message('1')),
      { kind: 'listAsked', channelId: GENERAL },
      { kind: 'listFailed', channelId: GENERAL, sentence: 'Nobody is there.' },
    );
    expect(state.loads[GENERAL]).toEqual({ kind: 'failed', sentence: 'Nobody is there.' });
    expect(state.channels[GENERAL]).toHaveLength(1);
  });

  it('marks other channels as unread until they are entered', () => {
    const elsewhere = pageOf(
      { kind: 'channelEntered', channelId: GENERAL },
      created(message('1')),
      created(message('2', { channel_id: STAFF_ROOM })),
    );
    expect(elsewhere.unread).toEqual({ [STAFF_ROOM]: true });
    expect(pageAfter(elsewhere, { kind: 'channelEntered', channelId: STAFF_ROOM }).unread).toEqual({});
  });

  it('does not let the answer of an interaction undo what the stream brought', () => {
    const state = pageOf(
      { kind: 'commandSent', command: COMMAND },
      created(answer('5', { content: 'final' })),
      { kind: 'commandSettled', id: 'mine', message: answer('5', { content: 'old' }) },
    );
    expect(state.channels[GENERAL]?.[0]?.content).toBe('final');
    expect(state.ownCommands).toEqual([]);
  });

  it('shows the message of an answer when the stream is slower', () => {
    const state = pageOf(
      { kind: 'commandSent', command: COMMAND },
      { kind: 'commandSettled', id: 'mine', message: answer('5') },
    );
    expect(state.channels[GENERAL]).toHaveLength(1);
  });

  it('keeps a failed command until it is dismissed', () => {
    const failed = pageOf(
      { kind: 'commandSent', command: COMMAND },
      { kind: 'commandFailed', id: 'mine', failure: FAILURE },
    );
    expect(failed.ownCommands[0]?.failure).toEqual(FAILURE);
    expect(pageAfter(failed, { kind: 'dismissed', id: 'mine' }).ownCommands).toEqual([]);
  });

  it('knows which button waits, and forgets an old failure at the next press', () => {
    const pressed: PageEvent = { kind: 'componentPressed', messageId: '1', customId: 'join' };
    const failed = pageOf(pressed, { kind: 'componentFailed', messageId: '1', failure: FAILURE });
    expect(failed.waiting).toEqual({});
    expect(failed.componentFailures).toEqual({ '1': FAILURE });
    const again = pageAfter(failed, pressed);
    expect(again.waiting).toEqual({ '1': 'join' });
    expect(again.componentFailures).toEqual({});
    expect(pageAfter(again, { kind: 'componentSettled', messageId: '1', message: null }).waiting).toEqual({});
  });
});
