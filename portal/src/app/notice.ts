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
  'model.added': { mood: 'calm', toast: false, to: '/models' },
  'model.released': { mood: 'good', toast: false, to: '/models' },
  'model.stopped': { mood: 'bad', toast: true, to: '/models' },
  'model.assessed': { mood: 'calm', toast: false, to: '/models' },
  'model.drifted': { mood: 'watch', toast: true, to: '/models' },
  'model.counts-again': { mood: 'good', toast: true, to: '/models' },
  'training.started': { mood: 'calm', toast: false, to: '/federation' },
  'training.stopped': { mood: 'watch', toast: false, to: '/federation' },
  'training.resumed': { mood: 'good', toast: false, to: '/federation' },
  'training.left': { mood: 'watch', toast: true, to: '/federation' },
  'training.contributions': { mood: 'good', toast: false, to: '/federation' },
  'federation.members': { mood: 'calm', toast: false, to: '/federation' },
  'plant.paused': { mood: 'watch', toast: true, to: '/federation' },
  'plant.resumed': { mood: 'good', toast: false, to: '/federation' },
  'plant.left': { mood: 'watch', toast: true, to: '/federation' },
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
