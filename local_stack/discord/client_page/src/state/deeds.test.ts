import { beforeEach, describe, expect, it } from 'vitest';
import { SimulatedDiscordError } from '../api/client';
import type { Modal } from '../api/components';
import { FakeDiscord, outcome } from '../testing/fake_discord';
import { ANN, answer, GENERAL, SCHOOL } from '../testing/little_world';
import { createDeeds } from './deeds';
import { EMPTY_PAGE, type PageEvent, type PageState, pageAfter } from './page_state';

const PLACE = { guildId: SCHOOL, channelId: GENERAL, userId: ANN };
const MODAL: Modal = { custom_id: 'edit', title: 'Edit', components: [] };

describe('what a person does', () => {
  let discord = new FakeDiscord();
  let state: PageState = EMPTY_PAGE;
  let opened: string[] = [];
  const open = async (instanceId: string) => void opened.push(instanceId);
  let deeds = createDeeds(discord, PLACE, () => undefined, open);

  beforeEach(() => {
    discord = new FakeDiscord();
    state = EMPTY_PAGE;
    opened = [];
    const note = (event: PageEvent) => {
      state = pageAfter(state, event);
    };
    deeds = createDeeds(discord, PLACE, note, open);
  });

  it('runs a command where they are', async () => {
    discord.outcomes = [outcome({ outcome: 'message', message: answer('5') })];
    await deeds.runCommand('kaltura-list', { limit: 3 });
    expect(discord.interactions).toEqual([
      { user_id: ANN, channel_id: GENERAL, command: 'kaltura-list', options: { limit: 3 } },
    ]);
    expect(state.channels[GENERAL]).toHaveLength(1);
    expect(state.ownCommands).toEqual([]);
  });

  it('shows what Discord would when the application fails, and keeps the true reason', async () => {
    const failure = { shown: 'The application did not respond', reason: 'No answer within 3 s.' };
    discord.outcomes = [outcome({ outcome: 'failed', failure })];
    await deeds.runCommand('kaltura-list', {});
    expect(state.ownCommands[0]?.failure).toEqual(failure);
  });

  it('says so when the simulated Discord itself refuses', async () => {
    discord.outcomes = [new SimulatedDiscordError(404, 'There is no such command.')];
    await deeds.runCommand('nothing', {});
    expect(state.ownCommands[0]?.failure?.reason).toBe('There is no such command.');
  });

  it('opens the Activity that a command or a button launches', async () => {
    const launch = outcome({ outcome: 'launch', activity_instance_id: 'i-1-gc-2-3' });
    discord.outcomes = [launch, launch, outcome({})];
    await deeds.runCommand('launch', {});
    await deeds.press('7', 'watch');
    await deeds.press('7', 'other');
    expect(opened).toEqual(['i-1-gc-2-3', 'i-1-gc-2-3']);
    expect(state.ownCommands).toEqual([]);
  });

  it('opens a modal that answers a button', async () => {
    discord.outcomes = [outcome({ outcome: 'modal', modal: MODAL })];
    await deeds.press('7', 'edit');
    expect(state.modal?.modal).toEqual(MODAL);
    expect(state.waiting).toEqual({});
  });

  it('sends what was chosen in a select', async () => {
    await deeds.press('7', 'kind', ['webinar']);
    expect(discord.interactions[0]).toMatchObject({
      component: 'kind',
      message_id: '7',
      values: ['webinar'],
    });
  });

  it('shows a failed press under its message', async () => {
    discord.outcomes = [
      outcome({ outcome: 'failed', failure: { shown: 'This interaction failed', reason: 'x' } }),
    ];
    await deeds.press('7', 'end');
    expect(state.componentFailures['7']?.shown).toBe('This interaction failed');
  });

  it('closes a modal that was taken, and keeps one that was not', async () => {
    const open = { modal: MODAL, channelId: GENERAL, messageId: null };
    state = pageAfter(state, { kind: 'modalOpened', open });
    discord.outcomes = [outcome({ outcome: 'failed', failure: { shown: 'No', reason: 'Too long.' } })];
    expect(await deeds.submit(open, { title: 'x' })).toEqual({ shown: 'No', reason: 'Too long.' });
    expect(state.modal).not.toBeNull();
    expect(await deeds.submit(open, { title: 'x' })).toBeNull();
    expect(state.modal).toBeNull();
    expect(discord.interactions[1]).toMatchObject({ modal: 'edit', fields: { title: 'x' } });
  });
});
