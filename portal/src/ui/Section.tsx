import type { ReactNode } from 'react';
import { Help } from './Help';

interface Props {
  readonly title: string;
  /** Explains the numbers of this part, where they stand. */
  readonly help?: ReactNode;
  readonly extra?: ReactNode;
  readonly flush?: boolean;
  readonly children: ReactNode;
}

/** One part of a screen. */
export function Section({ title, help, extra, flush = false, children }: Props) {
  return (
    <section className={flush ? 'card flush' : 'card'}>
      <header style={flush ? { padding: '16px 20px 0' } : undefined}>
        <div className="row tight">
          <h2 className="section-title">{title}</h2>
          {help !== undefined && <Help about={title}>{help}</Help>}
        </div>
        {extra}
      </header>
      {children}
    </section>
  );
}
