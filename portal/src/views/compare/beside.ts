/** Indicators of several scores beside each other, by name: policies and evidence may differ. Pure. */
import type { Schemas } from '../../api/client';

type Line = Schemas['ExplainedLine'];

export interface Beside {
  readonly indicator: string;
  readonly title: string;
  readonly cells: readonly (Line | null)[];
  /** Who has most of what this indicator can give; null when nobody stands out. */
  readonly best: number | null;
}

const share = (line: Line | null): number => (line === null || !line.present || Number(line.of) === 0 ? -1 : Number(line.points) / Number(line.of));

export function linesBeside(scores: readonly { readonly lines: readonly Line[] }[]): Beside[] {
  const order = [...new Map(scores.flatMap(({ lines }) => lines.map((line) => [line.indicator, line.title] as const)))];
  return order.map(([indicator, title]) => {
    const cells = scores.map(({ lines }) => lines.find((line) => line.indicator === indicator) ?? null);
    const shares = cells.map(share);
    const most = Math.max(...shares);
    const first = shares.indexOf(most);
    return { indicator, title, cells, best: most > 0 && shares.lastIndexOf(most) === first ? first : null };
  });
}
