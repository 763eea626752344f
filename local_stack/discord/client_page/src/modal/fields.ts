/** The fields of a modal: what they start with, and what Discord's client objects to before it sends. */

import {
  ComponentType,
  type LabelComponent,
  type Modal,
  type ModalInput,
  type ModalRow,
} from '../api/components';
import type { FieldValue } from '../api/interactions';
import { defaultsOf } from '../select/choices';

export interface Field {
  label: string;
  description: string | null;
  input: ModalInput;
}

function fieldOf(row: LabelComponent): Field {
  return { label: row.label, description: row.description ?? null, input: row.component };
}

/** The fields of one row: one in a Label, several in the older rows, none in a text. */
export function fieldsIn(row: ModalRow): Field[] {
  switch (row.type) {
    case ComponentType.label:
      return [fieldOf(row)];
    case ComponentType.actionRow:
      return row.components.map((input) => ({ label: input.label ?? '', description: null, input }));
    case ComponentType.textDisplay:
      return [];
  }
}

export function fieldsOf(modal: Modal): Field[] {
  return modal.components.flatMap(fieldsIn);
}

/** Discord docs: `required` is true where it isn't said; a checkbox can't be required. */
export function isRequired(input: ModalInput): boolean {
  return input.type !== ComponentType.checkbox && input.required !== false;
}

function startOf(input: ModalInput): FieldValue {
  switch (input.type) {
    case ComponentType.textInput:
      return input.value ?? '';
    case ComponentType.radioGroup:
      return input.options.find((option) => option.default === true)?.value ?? null;
    case ComponentType.checkboxGroup:
      return input.options.filter((option) => option.default === true).map((option) => option.value);
    case ComponentType.checkbox:
      return input.default === true;
    case ComponentType.fileUpload:
      return [];
    default:
      return defaultsOf(input);
  }
}

/** What a modal holds when it opens, by custom id. */
export function startingValues(modal: Modal): Record<string, FieldValue> {
  return Object.fromEntries(fieldsOf(modal).map(({ input }) => [input.custom_id, startOf(input)]));
}

/** The least and most choices of a field that holds several. */
export function choiceLimits(input: ModalInput): { least: number; most: number } {
  switch (input.type) {
    case ComponentType.fileUpload:
      return { least: input.min_values ?? (isRequired(input) ? 1 : 0), most: input.max_values ?? 1 };
    case ComponentType.checkboxGroup: {
      const least = input.min_values ?? (isRequired(input) ? 1 : 0);
      return { least, most: input.max_values ?? input.options.length };
    }
    case ComponentType.stringSelect:
    case ComponentType.userSelect:
    case ComponentType.roleSelect:
    case ComponentType.mentionableSelect:
    case ComponentType.channelSelect:
      return { least: input.min_values ?? (isRequired(input) ? 1 : 0), most: input.max_values ?? 1 };
    default:
      return { least: isRequired(input) ? 1 : 0, most: 1 };
  }
}

const REQUIRED = 'This field is required.';

function textProblem(input: Extract<ModalInput, { type: 4 }>, value: string): string | null {
  const length = [...value].length;
  if (length === 0) {
    return isRequired(input) ? REQUIRED : null;
  }
  if (length < (input.min_length ?? 0)) {
    return `Must be at least ${input.min_length} characters long.`;
  }
  return length > (input.max_length ?? 4000) ? `Must be at most ${input.max_length} characters long.` : null;
}

function choicesProblem(input: ModalInput, values: string[]): string | null {
  const { least, most } = choiceLimits(input);
  if (values.length === 0 && !isRequired(input)) {
    return null;
  }
  if (values.length < least) {
    return least === 1 ? REQUIRED : `Choose at least ${least}.`;
  }
  return values.length > most ? `Choose at most ${most}.` : null;
}

/** What is wrong with a field's value; `null` when nothing is. */
export function fieldProblem(input: ModalInput, value: FieldValue): string | null {
  if (input.type === ComponentType.textInput) {
    return textProblem(input, typeof value === 'string' ? value : '');
  }
  if (input.type === ComponentType.radioGroup) {
    return value === null && isRequired(input) ? REQUIRED : null;
  }
  if (input.type === ComponentType.checkbox) {
    return null;
  }
  return choicesProblem(input, Array.isArray(value) ? value : []);
}
