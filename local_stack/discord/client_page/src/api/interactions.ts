/** What a person does with the application, and how the simulated Discord says it went: `POST _sim/interactions`. */

import type { Modal } from './components';
import type { Message } from './messages';
import type { Choice } from './world';

export type OptionValue = string | number | boolean;

/** What a filled-in field of a modal holds: text, chosen values, one choice or none, ticked or not. */
export type FieldValue = string | string[] | boolean | null;

interface Whereabouts {
  user_id: string;
  channel_id: string;
}

export interface CommandAction {
  command: string;
  options: Record<string, OptionValue>;
  /** The option being typed: asks for its autocomplete list instead of running the command. */
  focused?: string;
}

/** A command chosen from a message's menu. */
export interface MessageCommandAction {
  command: string;
  target_message_id: string;
}

/** The application opened from the list of Activities. */
export interface EntryPointAction {
  entry_point: true;
}

export interface ComponentAction {
  component: string;
  message_id: string;
  values?: string[];
}

export interface ModalAction {
  modal: string;
  fields: Record<string, FieldValue>;
}

export type Action = CommandAction | MessageCommandAction | EntryPointAction | ComponentAction | ModalAction;
export type InteractionRequest = Whereabouts & Action;

export type OutcomeKind =
  | 'message'
  | 'thinking'
  | 'update'
  | 'silent'
  | 'modal'
  | 'choices'
  | 'launch'
  | 'failed';

export interface Failure {
  /** The sentence that Discord would show. */
  shown: string;
  /** The true reason, for developers. */
  reason: string;
}

export interface Outcome {
  interaction_id: string;
  acknowledged_in_ms: number | null;
  outcome: OutcomeKind;
  message: Message | null;
  modal: Modal | null;
  choices: Choice[] | null;
  /** The Activity instance of a launch. */
  activity_instance_id?: string | null;
  failure: Failure | null;
}
