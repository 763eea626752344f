/** The inputs that a modal can hold. */

import {
  type CheckboxComponent,
  type CheckboxGroupComponent,
  ComponentType,
  type GroupOption,
  type ModalInput,
  type RadioGroupComponent,
  type SelectComponent,
  type TextInputComponent,
} from '../api/components';
import type { FieldValue } from '../api/interactions';
import { placeholderOf } from '../message/buttons';
import { choicesOf, toggled } from '../select/choices';
import { SelectMenu } from '../select/select_menu';
import { useDesk } from '../state/desk';
import { choiceLimits, type Field, isRequired } from './fields';
import { FileField } from './file_field';

const PARAGRAPH = 2;

export interface InputProps<Input, Value> {
  id: string;
  label: string;
  input: Input;
  value: Value;
  invalid: boolean;
  onValue(value: Value): void;
}

function TextField({ id, input, value, invalid, onValue }: InputProps<TextInputComponent, string>) {
  const shared = {
    id,
    value,
    dir: 'auto' as const,
    placeholder: input.placeholder,
    maxLength: input.max_length ?? 4000,
    'aria-required': isRequired(input),
    'aria-invalid': invalid,
    'aria-describedby': `${id}-about`,
  };
  const most = input.max_length;
  return (
    <div class="field-text">
      {input.style === PARAGRAPH ? (
        <textarea {...shared} rows={4} onInput={(event) => onValue(event.currentTarget.value)} />
      ) : (
        <input {...shared} type="text" onInput={(event) => onValue(event.currentTarget.value)} />
      )}
      {most !== undefined && (
        <span class="field-counter" role="status" aria-label={`${most - value.length} characters left`}>
          {value.length}/{most}
        </span>
      )}
    </div>
  );
}

function SelectField({ label, input, value, onValue }: InputProps<SelectComponent, string[]>) {
  const { server, place } = useDesk();
  const { least, most } = choiceLimits(input);
  return (
    <SelectMenu
      label={label}
      placeholder={placeholderOf(input)}
      choices={choicesOf(input, server, place.userId)}
      values={value}
      least={isRequired(input) ? least : 0}
      most={most}
      onChosen={onValue}
    />
  );
}

interface TickProps {
  type: 'radio' | 'checkbox';
  name: string;
  option: GroupOption;
  checked: boolean;
  onChange(): void;
}

function Tick({ type, name, option, checked, onChange }: TickProps) {
  return (
    <label class="tick">
      <input type={type} name={name} checked={checked} onChange={onChange} />
      <span class="tick-words">
        <bdi>{option.label}</bdi>
        {option.description !== undefined && <small>{option.description}</small>}
      </span>
    </label>
  );
}

function RadioField({ id, label, input, value, onValue }: InputProps<RadioGroupComponent, string | null>) {
  return (
    <div role="radiogroup" aria-label={label} class="ticks">
      {input.options.map((option) => (
        <Tick
          key={option.value}
          type="radio"
          name={id}
          option={option}
          checked={value === option.value}
          onChange={() => onValue(option.value)}
        />
      ))}
    </div>
  );
}

function CheckboxesField({ id, label, input, value, onValue }: InputProps<CheckboxGroupComponent, string[]>) {
  const { most } = choiceLimits(input);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the label stands outside, a legend would say it twice.
    <div role="group" aria-label={label} class="ticks">
      {input.options.map((option) => (
        <Tick
          key={option.value}
          type="checkbox"
          name={id}
          option={option}
          checked={value.includes(option.value)}
          onChange={() => onValue(toggled(value, option.value, Math.max(2, most)))}
        />
      ))}
    </div>
  );
}

function CheckboxField({ id, label, value, onValue }: InputProps<CheckboxComponent, boolean>) {
  return (
    <Tick
      type="checkbox"
      name={id}
      option={{ value: id, label }}
      checked={value}
      onChange={() => onValue(!value)}
    />
  );
}

interface FieldInputProps {
  id: string;
  field: Field;
  value: FieldValue;
  invalid: boolean;
  onValue(value: FieldValue): void;
}

function textsIn(value: FieldValue): string[] {
  return Array.isArray(value) ? value : [];
}

/** The input of a field, whatever its kind. */
export function FieldInput({ id, field, value, invalid, onValue }: FieldInputProps) {
  const input: ModalInput = field.input;
  const shared = { id, label: field.label, invalid, onValue };
  switch (input.type) {
    case ComponentType.textInput:
      return <TextField {...shared} input={input} value={typeof value === 'string' ? value : ''} />;
    case ComponentType.radioGroup:
      return <RadioField {...shared} input={input} value={typeof value === 'string' ? value : null} />;
    case ComponentType.checkboxGroup:
      return <CheckboxesField {...shared} input={input} value={textsIn(value)} />;
    case ComponentType.checkbox:
      return <CheckboxField {...shared} input={input} value={value === true} />;
    case ComponentType.fileUpload:
      return <FileField {...shared} input={input} value={textsIn(value)} />;
    default:
      return <SelectField {...shared} input={input} value={textsIn(value)} />;
  }
}
