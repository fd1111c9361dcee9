/** What the page reads out of runs: losses, who was in, what a party adds, and what follows when one leaves. Pure. */
import type { EChartsCoreOption } from 'echarts/core';
import type { Schemas } from '../../api/client';
import { GOLD, INK_SOFT, LINE, PINE, SANS } from '../../theme/theme';

type Event = Readonly<Record<string, unknown>>;
type Round = Pick<Schemas['RoundView'], 'round' | 'members' | 'out'>;

export interface Loss {
  readonly round: number;
  readonly before: number;
  readonly after: number;
  /** How long the round took, milliseconds; NaN where that is not told. */
  readonly took: number;
}

/** Losses of the rounds that the run's newest events tell of. */
export function lossesOf(events: readonly Event[]): Loss[] {
  return events.flatMap((one) => {
    const metrics = one['metrics'];
    if (one['event'] !== 'round' || typeof one['round'] !== 'number' || !Array.isArray(metrics)) return [];
    const [before, after] = [Number(metrics[0]), Number(metrics[1])];
    if (!Number.isFinite(before) || !Number.isFinite(after)) return [];
    return [{ round: one['round'], before, after, took: typeof one['took_ms'] === 'number' ? one['took_ms'] : Number.NaN }];
  });
}

export interface News {
  readonly kind: 'waiting' | 'refused' | 'bad-answer' | 'bad-sum' | 'bad-counts' | 'paused' | 'started' | 'finished' | 'stopped';
  readonly at: string;
  readonly text: string;
  readonly values: Readonly<Record<string, number>>;
}

const KINDS: readonly News['kind'][] = ['waiting', 'refused', 'bad-answer', 'bad-sum', 'bad-counts', 'paused', 'started', 'finished', 'stopped'];

/** What happened beside the rounds themselves, newest first; the server's own words stay as they came. */
export function newsOf(events: readonly Event[], most = 12): News[] {
  const found = events.flatMap((one): News[] => {
    const kind = KINDS.find((known) => known === one['event']);
    if (kind === undefined) return [];
    const text = [one['message'], one['reason']].find((said) => typeof said === 'string');
    const values = Object.fromEntries(['round', 'present'].flatMap((name) => (typeof one[name] === 'number' ? [[name, one[name]]] : []))) as Record<string, number>;
    return [{ kind, at: typeof one['at_ms'] === 'number' ? new Date(one['at_ms']).toISOString() : '', text: typeof text === 'string' ? text : '', values }];
  });
  // Waiting is told every second: the newest word of a row of them is enough.
  const told = found.filter((one, n) => one.kind !== 'waiting' || found[n + 1]?.kind !== 'waiting');
  return told.reverse().slice(0, most);
}

export interface Presence {
  readonly in: readonly string[];
  readonly out: readonly string[];
}

export function presenceOf(round: Round): Presence {
  const out = new Set(round.out);
  return { in: round.members.filter((one) => !out.has(one)), out: round.out };
}

export interface Consequence {
  /** The newest model without the party: training goes on from there; 0 is the start. */
  readonly checkpoint: number;
  readonly again: number;
}

/** What a run has to train again when a party leaves; null when it never was in a sum. Rounds in order, all of them. */
export function consequenceOf(records: readonly Round[], party: string): Consequence | null {
  const first = records.find((one) => presenceOf(one).in.includes(party));
  const last = records.at(-1);
  return first === undefined || last === undefined ? null : { checkpoint: first.round - 1, again: last.round - first.round + 1 };
}

/** Models of this node that come from a run; its name is how its full name begins. */
export function descendants<T extends { readonly run: string; readonly state: string }>(models: readonly T[], run: string): T[] {
  return models.filter((one) => one.state !== 'stopped' && one.run !== '' && one.run.startsWith(run));
}

export type Says = 'above' | 'below' | 'unclear' | 'unknown';

export interface Effect {
  readonly effect: number;
  readonly error: number;
  readonly says: Says;
}

/** An effect counts as told from two standard errors on; less is no difference that anybody could rely on. */
export function effectOf(row: { readonly effect: string; readonly error: string }): Effect {
  const [effect, error] = [row.effect === '' ? Number.NaN : Number(row.effect), row.error === '' ? Number.NaN : Number(row.error)];
  if (!Number.isFinite(effect) || !Number.isFinite(error)) return { effect: Number.NaN, error: Number.NaN, says: 'unknown' };
  const says = effect > 2 * error ? 'above' : effect < -2 * error ? 'below' : 'unclear';
  return { effect, error, says };
}

export interface Whisker {
  readonly left: number;
  readonly width: number;
  readonly dot: number;
}

/** Where effect and its two standard errors stand on a track whose middle is the average party; all in percent. */
export function whiskersOf(effects: readonly Effect[]): (Whisker | null)[] {
  const reach = Math.max(0.1, ...effects.filter(({ says }) => says !== 'unknown').map(({ effect, error }) => Math.abs(effect) + 2 * error)) * 1.05;
  const at = (value: number): number => Math.round((50 + (50 * value) / reach) * 100) / 100;
  return effects.map(({ effect, error, says }) => {
    if (says === 'unknown') return null;
    const left = at(effect - 2 * error);
    return { left, width: Math.round((at(effect + 2 * error) - left) * 100) / 100, dot: at(effect) };
  });
}

export interface LossWords {
  readonly before: string;
  readonly after: string;
  number(value: number): string;
  round(number: number): string;
}

/** Loss by round, before and after the parties trained. */
export function lossOption(losses: readonly Loss[], words: LossWords): EChartsCoreOption {
  const line = (name: string, key: 'before' | 'after', color: string, type: 'solid' | 'dashed', symbol: string) => ({
    name, type: 'line', data: losses.map((one) => one[key]), symbol, symbolSize: 6, lineStyle: { color, type, width: 2 }, itemStyle: { color },
  });
  return {
    animation: false,
    textStyle: { fontFamily: SANS },
    grid: { left: 8, right: 16, top: 12, bottom: 8, containLabel: true },
    tooltip: {
      trigger: 'axis',
      formatter: (found: readonly { readonly dataIndex: number }[]) => {
        const one = losses[found[0]?.dataIndex ?? 0];
        return one === undefined ? '' : `${words.round(one.round)}<br/>${words.before} <b>${words.number(one.before)}</b><br/>${words.after} <b>${words.number(one.after)}</b>`;
      },
    },
    xAxis: { type: 'category', data: losses.map(({ round }) => round), axisLine: { lineStyle: { color: LINE } }, axisTick: { show: false }, axisLabel: { color: INK_SOFT } },
    yAxis: { type: 'value', scale: true, splitNumber: 4, axisLabel: { color: INK_SOFT, formatter: (value: number) => words.number(value) }, splitLine: { lineStyle: { color: '#f0eee7' } } },
    series: [line(words.before, 'before', GOLD, 'dashed', 'emptyCircle'), line(words.after, 'after', PINE, 'solid', 'circle')],
  };
}
