/** What a dry run says, read with care: a document of the node, `credence-dry-run/1`. Pure. */
export interface DryRow {
  readonly subject: string;
  readonly before: number | null;
  readonly after: number | null;
  readonly change: number | null;
  readonly crossing: 'none' | 'gains' | 'loses';
}

export interface DryRun {
  readonly rows: readonly DryRow[];
  readonly refused: readonly { readonly subject: string; readonly reason: string }[];
  readonly eligibleBefore: number;
  readonly eligibleAfter: number;
}

type Json = Readonly<Record<string, unknown>>;
const obj = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const num = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const txt = (value: unknown): string => (typeof value === 'string' ? value : '');

export function dryRunOf(raw: unknown): DryRun {
  const found = obj(raw);
  const summary = obj(found['summary']);
  const rows = list(found['rows']).map((one): DryRow => {
    const row = obj(one);
    const crossing = txt(row['crossing']);
    return {
      subject: txt(row['subject']),
      before: num(obj(row['before'])['points']),
      after: num(obj(row['after'])['points']),
      change: num(row['change']),
      crossing: crossing.startsWith('gains') ? 'gains' : crossing.startsWith('loses') ? 'loses' : 'none',
    };
  });
  // Whoever crosses the floor first, then whom it costs most.
  rows.sort((a, b) => Number(b.crossing !== 'none') - Number(a.crossing !== 'none') || (a.change ?? 0) - (b.change ?? 0));
  return {
    rows,
    refused: list(found['refused']).map((one) => ({ subject: txt(obj(one)['subject']), reason: txt(obj(one)['reason']) })),
    eligibleBefore: num(obj(summary['before'])['eligible']) ?? 0,
    eligibleAfter: num(obj(summary['after'])['eligible']) ?? 0,
  };
}
