/** The window that an application opens to ask for more. */

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { ComponentType, type ModalRow } from '../api/components';
import type { Failure, FieldValue } from '../api/interactions';
import { Avatar } from '../layout/avatar';
import { Icon } from '../layout/icons';
import { Markdown } from '../markdown/markdown';
import { FailureLine } from '../message/failure_line';
import { useDesk } from '../state/desk';
import type { OpenModal } from '../state/page_state';
import { FieldInput } from './field_inputs';
import { type Field, fieldProblem, fieldsIn, fieldsOf, isRequired, startingValues } from './fields';

interface FieldRowProps {
  id: string;
  field: Field;
  value: FieldValue;
  problem: string | null;
  onValue(value: FieldValue): void;
}

function FieldRow({ id, field, value, problem, onValue }: FieldRowProps) {
  return (
    <div class="field">
      <label class="field-label" for={id}>
        <bdi>{field.label}</bdi>
        {isRequired(field.input) && (
          <span class="field-required" aria-hidden="true">
            *
          </span>
        )}
      </label>
      <div id={`${id}-about`}>
        {field.description !== null && <p class="field-description">{field.description}</p>}
        {problem !== null && (
          <p class="field-problem" role="alert">
            {problem}
          </p>
        )}
      </div>
      <FieldInput id={id} field={field} value={value} invalid={problem !== null} onValue={onValue} />
    </div>
  );
}

interface RowsProps {
  id: string;
  rows: ModalRow[];
  values: Record<string, FieldValue>;
  problems: Record<string, string | null>;
  onValue(customId: string, value: FieldValue): void;
}

function Rows({ id, rows, values, problems, onValue }: RowsProps) {
  return (
    <>
      {rows.map((row, position) =>
        row.type === ComponentType.textDisplay ? (
          <Markdown key={position} source={row.content} />
        ) : (
          fieldsIn(row).map((field) => {
            const customId = field.input.custom_id;
            return (
              <FieldRow
                key={customId}
                id={`${id}-field-${customId}`}
                field={field}
                value={values[customId] ?? null}
                problem={problems[customId] ?? null}
                onValue={(value) => onValue(customId, value)}
              />
            );
          })
        ),
      )}
    </>
  );
}

/** The modal's values, what is wrong with them, and the way to send them. */
function useForm(open: OpenModal) {
  const { deeds } = useDesk();
  const [values, setValues] = useState(() => startingValues(open.modal));
  const [problems, setProblems] = useState<Record<string, string | null>>({});
  const [failure, setFailure] = useState<Failure | null>(null);
  const [sending, setSending] = useState(false);

  function setValue(customId: string, value: FieldValue) {
    setValues({ ...values, [customId]: value });
    setProblems({ ...problems, [customId]: null });
  }

  async function send() {
    const found = fieldsOf(open.modal).map(({ input }) => {
      return [input.custom_id, fieldProblem(input, values[input.custom_id] ?? null)] as const;
    });
    setProblems(Object.fromEntries(found));
    if (found.some(([, problem]) => problem !== null)) {
      return;
    }
    setSending(true);
    setFailure(null);
    const failed = await deeds.submit(open, values);
    setSending(false);
    setFailure(failed);
  }

  return { values, problems, failure, sending, setValue, send };
}

export function ModalDialog({ open }: { open: OpenModal }) {
  const { world, dispatch } = useDesk();
  const form = useForm(open);
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const { modal } = open;
  const close = () => dispatch({ kind: 'modalClosed' });

  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    shown?.querySelector<HTMLElement>('.field input, .field textarea, .field button')?.focus();
    // Closing gives the focus back to where it was.
    return () => shown?.close();
  }, []);

  return (
    <dialog
      ref={dialog}
      class="modal"
      aria-labelledby={`${id}-title`}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void form.send();
        }}
      >
        <header class="modal-head">
          <Avatar url={world.application.avatar_url} name={world.application.name} size={24} />
          <h2 id={`${id}-title`}>
            <bdi>{modal.title}</bdi>
          </h2>
          <button type="button" class="icon-button" aria-label="Close" onClick={close}>
            <Icon name="close" />
          </button>
        </header>
        <div class="modal-body">
          <p class="modal-note">
            <Icon name="warning" size={16} />
            This form will be submitted to {world.application.name}. Do not share passwords or other sensitive
            information.
          </p>
          <Rows
            id={id}
            rows={modal.components}
            values={form.values}
            problems={form.problems}
            onValue={form.setValue}
          />
          {form.failure !== null && <FailureLine failure={form.failure} />}
        </div>
        <footer class="modal-foot">
          <button type="button" class="button button-secondary" onClick={close}>
            Cancel
          </button>
          <button
            type="submit"
            class="button button-primary"
            disabled={form.sending}
            aria-busy={form.sending}
          >
            {form.sending ? 'Submitting…' : 'Submit'}
          </button>
        </footer>
      </form>
    </dialog>
  );
}
