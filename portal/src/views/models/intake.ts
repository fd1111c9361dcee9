/** What is typed to bring a model in, and the form that is sent. Pure, but for `FormData`. */
import { figuresOf, hex64, namesOf } from './read';

export interface Intake {
  readonly from: 'run' | 'file';
  /** Name of the finished run whose last model is taken. */
  readonly run: string;
  readonly until: string;
  /** With a file: its round's hash, its run's full name, how many plants took part, and the privacy spent. */
  readonly round: string;
  readonly origin: string;
  readonly parties: number | null;
  readonly epsilon: string;
  readonly figures: string;
  readonly lines: string;
}

export const EMPTY: Intake = { from: 'run', run: '', until: '', round: '', origin: '', parties: null, epsilon: '', figures: '', lines: '' };

export type Missing = '' | 'source' | 'round' | 'origin' | 'parties' | 'epsilon' | 'figures';

/** What still stands in the way of sending, the first of it; empty when nothing does. */
export function problemOf(form: Intake, file: boolean): Missing {
  if (form.from === 'run' && form.run === '') return 'source';
  if (form.from === 'file') {
    if (!file) return 'source';
    if (!hex64(form.round)) return 'round';
    if (form.origin.trim() !== '' && !hex64(form.origin)) return 'origin';
    if (form.parties === null || form.parties < 1) return 'parties';
    if (form.epsilon.trim() !== '' && !/^\d{1,9}(\.\d{1,12})?$/.test(form.epsilon.trim())) return 'epsilon';
  }
  return figuresOf(form.figures) === null ? 'figures' : '';
}

export function formOf(form: Intake, file: File | null): FormData {
  const sent = new FormData();
  if (form.from === 'run') {
    sent.append('run', form.run);
    if (form.until !== '') sent.append('until', form.until);
  } else {
    if (file !== null) sent.append('file', file);
    sent.append('round', form.round.trim());
    sent.append('parties', String(form.parties ?? 0));
    if (form.epsilon.trim() !== '') sent.append('epsilon', form.epsilon.trim());
    if (form.origin.trim() !== '') sent.append('run', form.origin.trim());
  }
  for (const figure of figuresOf(form.figures) ?? []) sent.append('figure', figure);
  for (const line of namesOf(form.lines)) sent.append('line', line);
  return sent;
}
