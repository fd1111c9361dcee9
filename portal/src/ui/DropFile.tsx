import { InboxOutlined } from '@ant-design/icons';
import { useId, useRef, useState } from 'react';
import type { DragEvent, KeyboardEvent } from 'react';
import './drop.css';

interface Props {
  readonly label: string;
  readonly hint: string;
  /** Said instead of reading when a file is larger. */
  readonly tooLarge: string;
  readonly most: number;
  readonly accept?: string;
  readonly onFile: (file: File) => void;
}

/** A place for one file: dropped, chosen, or by keyboard; the file never leaves the page by this. */
export function DropFile({ label, hint, tooLarge, most, accept, onFile }: Props) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [refused, setRefused] = useState(false);
  const take = (files: FileList | null): void => {
    const file = files?.[0];
    if (file === undefined) return;
    setRefused(file.size > most);
    if (file.size <= most) onFile(file);
  };
  const hover = (event: DragEvent, inside: boolean): void => {
    event.preventDefault();
    setOver(inside);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    input.current?.click();
  };
  return (
    <div
      className={over ? 'drop over' : 'drop'}
      role="button"
      tabIndex={0}
      aria-labelledby={`${id}-label ${id}-hint`}
      onClick={() => input.current?.click()}
      onKeyDown={key}
      onDragOver={(event) => hover(event, true)}
      onDragLeave={(event) => hover(event, false)}
      onDrop={(event) => {
        hover(event, false);
        take(event.dataTransfer.files);
      }}
    >
      <InboxOutlined className="drop-icon" aria-hidden="true" />
      <strong id={`${id}-label`}>{label}</strong>{' '}
      <span id={`${id}-hint`} className="soft small">
        {refused ? tooLarge : hint}
      </span>
      <input
        ref={input}
        type="file"
        tabIndex={-1}
        aria-hidden="true"
        className="drop-input"
        {...(accept !== undefined && { accept })}
        onClick={(event) => event.stopPropagation()}
        onChange={(event) => {
          take(event.target.files);
          event.target.value = '';
        }}
      />
    </div>
  );
}
