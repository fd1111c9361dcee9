/** What the room's documents say, read with care: they come as the engine writes them, and may grow. Pure. */
import type { Schemas } from '../../api/client';

export interface Figure {
  readonly raw: number;
  readonly probability: number | null;
  readonly low: number;
  readonly high: number;
  readonly statements: number;
  readonly twins: number;
}
export interface Path {
  readonly steps: readonly string[];
  readonly stated: Figure;
}
export interface Cause {
  readonly rank: number;
  readonly name: string;
  readonly unit: string;
  readonly source: string;
  readonly path: Figure;
  readonly changed: Figure | null;
  readonly explains: Figure | null;
  readonly share: number;
  readonly part: number;
  readonly paths: readonly Path[];
}
export interface Change {
  readonly column: string;
  readonly unit: string;
  readonly present: string;
  readonly proposed: string;
  readonly tolerance: string;
}
export interface Forecast {
  readonly measure: string;
  readonly before: number;
  readonly expected: number;
  readonly low: number;
  readonly high: number;
}

type Told = Readonly<Record<string, unknown>>;
const told = (value: unknown): Told => (typeof value === 'object' && value !== null ? (value as Told) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : String(value));
const number = (value: unknown): number => Number(text(value) === '' ? NaN : text(value));

export function figureOf(value: unknown): Figure | null {
  if (typeof value !== 'object' || value === null) return null;
  const said = told(value);
  return {
    raw: number(said['raw']), low: number(said['low']), high: number(said['high']),
    probability: said['probability'] === null ? null : number(said['probability']),
    statements: number(said['statements']), twins: number(said['twins']),
  };
}

const NOTHING: Figure = { raw: NaN, probability: null, low: 0, high: 1, statements: 0, twins: 0 };

export function causesOf(explanation: unknown): Cause[] {
  return list(told(explanation)['causes']).map((value) => {
    const said = told(value);
    return {
      rank: number(said['rank']), name: text(said['name']), unit: text(said['unit']), source: text(said['source']),
      path: figureOf(said['path']) ?? NOTHING, changed: figureOf(said['changed']), explains: figureOf(said['explains']),
      share: number(said['share']), part: number(said['part']),
      paths: list(said['paths']).map((one) => ({ steps: list(told(one)['steps']).map(text), stated: figureOf(told(one)['stated']) ?? NOTHING })),
    };
  });
}

export function onsetOf(explanation: unknown): { readonly low: string; readonly high: string; readonly row: number; readonly lowRow: number; readonly highRow: number } {
  const said = told(told(explanation)['onset']);
  return { low: text(said['time_low']), high: text(said['time_high']), row: number(said['row']), lowRow: number(said['low']), highRow: number(said['high']) };
}

export function changesOf(suggestion: unknown): Change[] {
  return list(told(suggestion)['changes']).map((value) => {
    const said = told(value);
    return { column: text(said['column']), unit: text(said['unit']), present: text(said['present']), proposed: text(said['proposed']), tolerance: text(said['tolerance']) };
  });
}

export function forecastOf(suggestion: unknown): Forecast {
  const said = told(told(suggestion)['effect']);
  return { measure: text(said['measure']), before: number(said['before']), expected: number(said['expected']), low: number(said['low']), high: number(said['high']) };
}

export function notesOf(suggestion: unknown): string[] {
  const said = told(suggestion);
  return [...list(said['notes']).map(text), ...list(said['left_out']).map((one) => list(one).map(text).join(': ')), ...list(said['earlier']).map(text)];
}

export interface Reliability { readonly from: number; readonly to: number; readonly rate: number | null; readonly statements: number }
export function reliabilityOf(explanation: unknown): Reliability[] {
  return list(told(explanation)['reliability']).map((value) => {
    const said = told(value);
    return { from: number(said['from']), to: number(said['to']), rate: said['rate'] === null ? null : number(said['rate']), statements: number(said['statements']) };
  });
}

export function said(document: Schemas['CauseDetail']['explanation'], name: string): unknown {
  return told(document)[name];
}

/** Signals of an alarm by row. */
export function signalRows(alarm: Schemas['CauseDetail']['alarm']): Set<number> {
  return new Set(list(alarm['signals']).map((one) => number(told(one)['row'])));
}

export interface Signature { readonly who: string; readonly at: string; readonly meaning: string; readonly reason: string }
/** Who signed, in the order of a correction's history. */
export function signaturesOf(history: readonly unknown[]): Signature[] {
  return history.flatMap((entry) => {
    const one = told(entry);
    const [actor, meaning] = [told(one['actor']), text(told(one['signature'])['meaning'])];
    return meaning === '' ? [] : [{ who: text(actor['name']) || text(actor['user']), at: text(one['at']), meaning, reason: text(one['reason']) }];
  });
}
