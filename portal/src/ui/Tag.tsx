import type { ReactNode } from 'react';

interface Props {
  readonly mood: 'good' | 'watch' | 'bad' | 'calm' | 'info';
  readonly title?: string;
  readonly children: ReactNode;
}

/** A state in a word; the colour only repeats it. */
export function Tag({ mood, title, children }: Props) {
  return (
    <span className={`tag ${mood}`} title={title}>
      {children}
    </span>
  );
}
