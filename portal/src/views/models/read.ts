/** What the page reads out of models, their looks and their refusals. Pure. */
import type { Schemas } from '../../api/client';

type Mood = 'good' | 'watch' | 'bad' | 'calm' | 'info';
type Row = Schemas['ModelRow'];

export const MICRO = 1_000_000;
/** A population stability index from here on is worth a look; the model's own limit says when it stops counting. */
export const WATCH = 100_000;
/** The limit where no model says one. */
export const STOP = 250_000;

export interface Reason {
  readonly word: string;
  readonly about: string;
}

/** `drift:torque` in its two halves. */
export function reasonOf(text: string): Reason {
  const at = text.indexOf(':');
  return at < 0 ? { word: text, about: '' } : { word: text.slice(0, at), about: text.slice(at + 1) };
}

export type Standing = 'trial' | 'counting' | 'silent' | 'stopped';

/** Where a model stands, in one word: released alone does not say that it counts. */
export function standingOf(model: Pick<Row, 'state' | 'counting'>): Standing {
  if (model.state === 'stopped') return 'stopped';
  if (model.state === 'trial') return 'trial';
  return model.counting ? 'counting' : 'silent';
}

export const MOODS: Readonly<Record<Standing, Mood>> = { trial: 'info', counting: 'good', silent: 'watch', stopped: 'bad' };

export type Moved = 'steady' | 'watch' | 'stop';

export function movedOf(index: number, stop = STOP): Moved {
  if (index >= stop) return 'stop';
  return index >= Math.min(WATCH, stop) ? 'watch' : 'steady';
}

export interface Bar {
  readonly name: string;
  readonly index: number;
  readonly moved: Moved;
  /** Of the track, 0 to 100. */
  readonly width: number;
}

export interface Bars {
  readonly rows: readonly Bar[];
  readonly marks: { readonly watch: number; readonly stop: number };
}

/** Bars of drift, the furthest moved first, on one scale that shows both marks. */
export function barsOf(drift: Readonly<Record<string, number>>, stop = STOP): Bars {
  // Whatever lies far beyond fills its track: the marks must stay apart.
  const most = Math.min(stop * 3, Math.max(stop * 1.4, ...Object.values(drift)));
  const share = (index: number): number => Math.min(100, Math.round((10_000 * index) / most) / 100);
  const rows = Object.entries(drift)
    .map(([name, index]) => ({ name, index, moved: movedOf(index, stop), width: share(index) }))
    .sort((one, other) => other.index - one.index || one.name.localeCompare(other.name));
  return { rows, marks: { watch: share(WATCH), stop: share(stop) } };
}

/** An exact fraction such as `-123/7`, in millionths, as a number to look at; NaN for anything else. */
export function fraction(text: string): number {
  const found = /^(-?\d+)(?:\/(\d+))?$/.exec(text);
  return found === null ? Number.NaN : Number(found[1]) / Number(found[2] ?? '1');
}

export interface Part {
  readonly name: string;
  readonly micro: number;
}

/** What each feature adds to the index, the largest first. */
export function partsOf(contributions: Readonly<Record<string, string>>): Part[] {
  return Object.entries(contributions)
    .map(([name, text]) => ({ name, micro: fraction(text) }))
    .filter(({ micro }) => Number.isFinite(micro))
    .sort((one, other) => Math.abs(other.micro) - Math.abs(one.micro));
}

/** Months that are over (UTC), newest first. */
export function monthsBefore(now: Date, count: number): string[] {
  return Array.from({ length: count }, (_, n) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1 - n, 1)).toISOString().slice(0, 7));
}

/** Lines such as `auc=0.91`; null when one of them is none. */
export function figuresOf(text: string): string[] | null {
  const lines = text.split('\n').map((one) => one.replaceAll(/\s/g, '')).filter((one) => one !== '');
  return lines.every((one) => /^[^=]{1,80}=-?\d{1,20}(\.\d{1,20})?$/.test(one)) ? lines : null;
}

/** Names between commas or on lines of their own. */
export function namesOf(text: string): string[] {
  return [...new Set(text.split(/[,，\n]/).map((one) => one.trim()).filter((one) => one !== ''))];
}

/** A UCUM unit as people write it; none for a plain number. */
export const unitText = (unit: string): string => (unit === '1' ? '' : unit === 'Cel' ? '°C' : unit.replaceAll(/\{[^}]*\}/g, '1').replaceAll('.', '·'));

export const hex64 = (text: string): boolean => /^(0x)?[0-9a-f]{64}$/.test(text.trim());

/** The headings that a file of parts needs. */
export function headingsOf(columns: readonly { readonly name: string; readonly unit: string }[]): string {
  return columns.map(({ name, unit }) => `${name} [${unit}]`).join(',');
}

/** The newest look that says something about drift; whatever its month, it is about now. */
export function newestDrift<T extends { readonly drift: Readonly<Record<string, number>> }>(looks: readonly T[]): T | null {
  return looks.find(({ drift }) => Object.keys(drift).length > 0) ?? null;
}

export interface Difference {
  /** Key below `models:differs`; empty when the page knows no words for it. */
  readonly key: 'count' | 'round' | 'bytes' | 'absent' | 'source' | 'numbers' | 'size' | '';
  readonly values: Readonly<Record<string, string>>;
  readonly fields: readonly string[];
  readonly text: string;
}

const PATTERNS: readonly (readonly [Difference['key'], RegExp])[] = [
  ['count', /^the chain holds (?<chain>\d+) rounds, the run has (?<run>\d+)$/],
  ['round', /^round (?<round>\d+): another (?<fields>.+) than the chain's$/],
  ['bytes', /^the model's bytes are not those that the last round names$/],
  ['absent', /^run (?<run>\w+) has no round (?<round>\w+)$/],
  ['source', /^it names another source$/],
  ['numbers', /^other numbers in (?<part>\w+)$/],
  ['size', /^it has (?<file>\d+) numbers, the run's model (?<run>[\d.]+)$/],
];

/** In what a run or a file differs from the chain, as the node's refusal lists it (`a: b; c`). */
export function differencesOf(detail: string): Difference[] {
  const said = detail.slice(detail.indexOf(': ') + 2);
  return said.split('; ').map((text) => {
    for (const [key, pattern] of PATTERNS) {
      const found = pattern.exec(text);
      if (found !== null) {
        const { fields = '', ...values } = found.groups ?? {};
        return { key, values, fields: fields === '' ? [] : fields.split(' and '), text };
      }
    }
    return { key: '', values: {}, fields: [], text };
  });
}
