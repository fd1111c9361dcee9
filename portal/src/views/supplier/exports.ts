/** A score with its parts as a file for a spreadsheet. */
import type { TFunction } from 'i18next';
import { csv } from '../suppliers/csv';
import type { Explanation } from './queries';

const n = (text: string | null): number | null => (text === null ? null : Number(text));

export function scoreCsv(lei: string, name: string, score: Explanation, t: TFunction<'supplier'>): string {
  const head = ['what', 'observed', 'points', 'of', 'low', 'high', 'contribution'].map((key) => t(`csv.${key}`));
  return csv([
    [name, lei, score.as_of, score.policy, score.policy_hash],
    [],
    head,
    [t('waterfall.reference'), null, n(score.reference), 100, null, null, null],
    ...score.lines.map((line) => [line.title, line.observed, n(line.points), n(line.of), n(line.low), n(line.high), n(line.contribution)]),
    [t('waterfall.score'), null, n(score.points), 100, n(score.low), n(score.high), null],
  ]);
}
