import { screen } from '@testing-library/preact';
import { describe, expect, it } from 'vitest';
import { renderAtDesk } from '../testing/at_desk';
import { ANN, answer, GENERAL, message } from '../testing/little_world';
import { continues, linesOf, MessageList } from './message_list';

const LATER = '2026-11-20T10:20:00.000000+00:00';
const OWN = { id: 'mine', channelId: GENERAL, name: 'kaltura-list', sentAt: 0, failure: null };

describe('the list of messages', () => {
  it('joins what one person says in one breath', () => {
    expect(continues(message('2'), message('1'))).toBe(true);
    expect(continues(message('2', { timestamp: LATER }), message('1'))).toBe(false);
    expect(continues(answer('2'), message('1'))).toBe(false);
    expect(continues(message('1'), undefined)).toBe(false);
  });

  it('keeps apart what only one person sees', () => {
    const secret = answer('2', { _sim: { ephemeral_for: ANN, state: 'sent', failure: null } });
    expect(continues(secret, answer('1'))).toBe(false);
  });

  it('puts a command of one’s own where it belongs in time', () => {
    const at = new Date('2026-11-20T10:10:00Z').getTime();
    const lines = linesOf([message('1'), message('2', { timestamp: LATER })], [{ ...OWN, sentAt: at }]);
    expect(lines.map((line) => line.message?.id ?? line.own?.id)).toEqual(['1', 'mine', '2']);
  });

  it('is a log, and greets in an empty channel', () => {
    renderAtDesk(<MessageList />, { state: { loads: { [GENERAL]: { kind: 'ready' } } } });
    expect(screen.getByRole('log', { name: 'Messages' }).textContent).toContain('Welcome to #general!');
  });

  it('leaves out what was dismissed', () => {
    renderAtDesk(<MessageList />, {
      state: { channels: { [GENERAL]: [message('1'), message('2')] }, dismissed: { '1': true } },
    });
    expect(screen.queryByText('message 1')).toBeNull();
    expect(screen.getByText('message 2')).toBeDefined();
  });

  it('shows a command on its way, and what became of it', () => {
    const failed = {
      ...OWN,
      id: 'b',
      failure: { shown: 'The application did not respond', reason: 'It took 3 s.' },
    };
    renderAtDesk(<MessageList />, { state: { ownCommands: [OWN, failed] } });
    expect(screen.getByText('Sending command…')).toBeDefined();
    expect(screen.getByText('The application did not respond')).toBeDefined();
    expect(screen.getByText('It took 3 s.')).toBeDefined();
  });

  it('says why nothing came, and offers to try again', () => {
    renderAtDesk(<MessageList />, {
      state: { loads: { [GENERAL]: { kind: 'failed', sentence: 'Nobody is there.' } } },
    });
    expect(screen.getByRole('alert').textContent).toContain('Nobody is there.');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeDefined();
  });
});
