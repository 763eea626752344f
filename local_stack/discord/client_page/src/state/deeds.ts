/** What a person can do with the application, and what the window makes of the answer. */

import type { SimulatedDiscord } from '../api/client';
import { SimulatedDiscordError } from '../api/client';
import type { Action, Failure, FieldValue, OptionValue, Outcome } from '../api/interactions';
import type { Place } from './address';
import type { OpenModal, PageEvent } from './page_state';

export type Dispatch = (event: PageEvent) => void;

export const APPLICATION_SILENT = 'The application did not respond';
export const INTERACTION_FAILED = 'This interaction failed';

export interface Deeds {
  runCommand(name: string, options: Record<string, OptionValue>): Promise<void>;
  /** Chooses a command from a message's menu. */
  runOnMessage(name: string, messageId: string): Promise<void>;
  /** Opens the application from the list of Activities; `name` is the Entry Point command's. */
  enter(name: string): Promise<void>;
  press(messageId: string, customId: string, values?: string[]): Promise<void>;
  /** Sends a modal; answers what went wrong, or `null` when the modal can close. */
  submit(open: OpenModal, fields: Record<string, FieldValue>): Promise<Failure | null>;
  dismiss(id: string): void;
}

/** What to show for an error of the simulated Discord itself, or of the way to it. */
function failureOf(error: unknown, shown: string): Failure {
  if (error instanceof SimulatedDiscordError) {
    return { shown, reason: error.message };
  }
  throw error;
}

/** The failure that an outcome reports, with Discord's sentence where the server has none. */
function failureIn(outcome: Outcome, shown: string): Failure | null {
  if (outcome.outcome !== 'failed') {
    return null;
  }
  return outcome.failure ?? { shown, reason: 'The simulated Discord gave no reason.' };
}

/** `openActivity` shows the instance of a launch in the window's frame. */
export function createDeeds(
  client: SimulatedDiscord,
  place: Place,
  dispatch: Dispatch,
  openActivity: (instanceId: string) => Promise<void>,
): Deeds {
  const whereabouts = { user_id: place.userId, channel_id: place.channelId };

  function openModal(outcome: Outcome, messageId: string | null): void {
    if (outcome.modal !== null && outcome.modal !== undefined) {
      dispatch({
        kind: 'modalOpened',
        open: { modal: outcome.modal, channelId: place.channelId, messageId },
      });
    }
  }

  function openLaunched(outcome: Outcome): void {
    if (outcome.outcome === 'launch' && outcome.activity_instance_id) {
      void openActivity(outcome.activity_instance_id);
    }
  }

  function commandAnswered(id: string, outcome: Outcome): void {
    const failure = failureIn(outcome, APPLICATION_SILENT);
    if (failure !== null) {
      dispatch({ kind: 'commandFailed', id, failure });
    } else {
      dispatch({ kind: 'commandSettled', id, message: outcome.message });
      openLaunched(outcome);
      openModal(outcome, null);
    }
  }

  function componentAnswered(messageId: string, outcome: Outcome): void {
    const failure = failureIn(outcome, INTERACTION_FAILED);
    if (failure !== null) {
      dispatch({ kind: 'componentFailed', messageId, failure });
      return;
    }
    const isNew = outcome.outcome === 'message' || outcome.outcome === 'thinking';
    dispatch({ kind: 'componentSettled', messageId, message: isNew ? outcome.message : null });
    openLaunched(outcome);
    openModal(outcome, messageId);
  }

  async function use(name: string, action: Action): Promise<void> {
    const id = crypto.randomUUID();
    const { channelId } = place;
    const command = { id, channelId, name, sentAt: Date.now(), failure: null };
    dispatch({ kind: 'commandSent', command });
    try {
      commandAnswered(id, await client.interact({ ...whereabouts, ...action }));
    } catch (error) {
      dispatch({ kind: 'commandFailed', id, failure: failureOf(error, APPLICATION_SILENT) });
    }
  }

  return {
    runCommand: (name, options) => use(name, { command: name, options }),
    runOnMessage: (name, messageId) => use(name, { command: name, target_message_id: messageId }),
    enter: (name) => use(name, { entry_point: true }),
    async press(messageId, customId, values) {
      dispatch({ kind: 'componentPressed', messageId, customId });
      const chosen = values === undefined ? {} : { values };
      try {
        const outcome = await client.interact({
          ...whereabouts,
          component: customId,
          message_id: messageId,
          ...chosen,
        });
        componentAnswered(messageId, outcome);
      } catch (error) {
        dispatch({ kind: 'componentFailed', messageId, failure: failureOf(error, INTERACTION_FAILED) });
      }
    },
    async submit(open, fields) {
      try {
        const outcome = await client.interact({ ...whereabouts, modal: open.modal.custom_id, fields });
        const failure = failureIn(outcome, 'Something went wrong. Try again.');
        if (failure === null) {
          dispatch({ kind: 'modalClosed' });
          const messageId = open.messageId ?? open.modal.custom_id;
          const isNew = outcome.outcome === 'message' || outcome.outcome === 'thinking';
          dispatch({ kind: 'componentSettled', messageId, message: isNew ? outcome.message : null });
          openLaunched(outcome);
        }
        return failure;
      } catch (error) {
        return failureOf(error, 'Something went wrong. Try again.');
      }
    },
    dismiss(id) {
      dispatch({ kind: 'dismissed', id });
    },
  };
}
