/** The input for files: those that were chosen, and the box for more. */

import { useState } from 'preact/hooks';
import type { FileUploadComponent } from '../api/components';
import type { UploadedFile } from '../api/files';
import { ChosenFile } from '../files/chosen_file';
import { FileDrop } from '../files/file_drop';
import { useUpload } from '../files/use_upload';
import type { InputProps } from './field_inputs';
import { choiceLimits } from './fields';

export function FileField({ id, label, input, onValue }: InputProps<FileUploadComponent, string[]>) {
  const { pending, problem, begin } = useUpload();
  const [files, setFiles] = useState<UploadedFile[]>([]);
  const { most } = choiceLimits(input);

  function put(next: UploadedFile[]) {
    setFiles(next);
    onValue(next.map((file) => file.id));
  }

  function take(wanted: File[]) {
    let taken = files;
    for (const file of wanted.slice(0, most - files.length)) {
      begin(file, input.file_types, (uploaded) => {
        taken = [...taken, uploaded];
        put(taken);
      });
    }
  }

  return (
    <div class="file-field">
      {files.map((file) => (
        <ChosenFile
          key={file.id}
          file={file}
          onRemove={() => put(files.filter((one) => one.id !== file.id))}
        />
      ))}
      {problem !== null && (
        <p class="field-problem" role="alert">
          {problem}
        </p>
      )}
      {files.length < most && (
        <FileDrop
          id={id}
          label={label}
          fileTypes={input.file_types}
          multiple={most > 1}
          pending={pending}
          onFiles={take}
        />
      )}
    </div>
  );
}
