/** What an event says, and where to read on. */
import type { Notice } from '../api/events';

export type Mood = 'good' | 'calm' | 'watch' | 'bad';

interface Told {
  readonly mood: Mood;
  /** Whether it is worth interrupting. */
  readonly toast: boolean;
  readonly to?: string;
}

const MOODS: Readonly<Record<string, Told>> = {
  'statements.added': { mood: 'calm', toast: false },
  'head.anchored': { mood: 'good', toast: false },
  'head.reaffirmed': { mood: 'watch', toast: true },
  'import.finished': { mood: 'good', toast: true },
  'field.erased': { mood: 'watch', toast: false },
  'case.notify': { mood: 'watch', toast: true },
  'case.sign-request': { mood: 'watch', toast: true },
  'case.closed': { mood: 'good', toast: true },
  'case.delayed': { mood: 'watch', toast: false },
  'case.refused': { mood: 'bad', toast: true },
  'chore.failed': { mood: 'watch', toast: false },
  'chore.halted': { mood: 'bad', toast: true },
  'account-locked': { mood: 'bad', toast: false },
};

export function told(notice: Notice): Told {
  return MOODS[notice.type] ?? { mood: 'calm', toast: false };
}

/** Values for the sentence `shell:event.<type>`; the flow's own words come in both languages. */
export function values(notice: Notice, language: string): Record<string, string | number> {
  const flat = Object.entries(notice.data).filter((pair): pair is [string, string | number] => ['string', 'number'].includes(typeof pair[1]));
  const words = notice.data[language] ?? notice.data['en'];
  return { ...Object.fromEntries(flat), words: typeof words === 'string' ? words : '' };
}
