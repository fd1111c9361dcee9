/** Room for improvement as an ordered list: what brings most for least effort comes first. Pure. */
import type { Schemas } from '../../api/client';

export type Move = Schemas['MoveView'];

/** Points for a day of work; a move without effort comes before all others. */
export function worth(move: Pick<Move, 'gain' | 'effort_person_days'>): number {
  return move.effort_person_days === 0 ? Infinity : Number(move.gain) / move.effort_person_days;
}

export function cheapestFirst(moves: readonly Move[]): Move[] {
  return [...moves].sort((a, b) => worth(b) - worth(a) || Number(b.gain) - Number(a.gain) || a.indicator.localeCompare(b.indicator));
}

export interface Goal {
  /** Points to reach, as the node takes them. */
  readonly target: string;
  readonly band: string;
}

/** Floors of the bands that lie above today's points, the nearest first. */
export function goalsAbove(points: number, bands: readonly { readonly name: string; readonly floor: string }[]): Goal[] {
  return bands
    .filter(({ floor }) => Number(floor) > points)
    .sort((a, b) => Number(a.floor) - Number(b.floor))
    .map(({ name, floor }) => ({ target: floor, band: name }));
}

/** Today's points; while not rated, those of the indicators that have evidence. */
export function pointsNow(score: Pick<Schemas['ExplanationView'], 'points' | 'lines'>): number {
  return score.points !== null ? Number(score.points) : score.lines.reduce((sum, line) => sum + (line.present ? Number(line.points) : 0), 0);
}
