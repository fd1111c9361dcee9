/** The list as a file that a spreadsheet opens: UTF-8 with its mark, and no cell that a spreadsheet would take for a formula. */
import type { TFunction } from 'i18next';
import type { Format } from '../../i18n/format';
import { POINT } from '../../i18n/format';
import type { Row } from './rows';

const BOM = '\ufeff';

/** One cell: quoted, and harmless (CWE-1236). */
export function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

export function csv(lines: readonly (readonly (string | number | null)[])[]): string {
  return BOM + lines.map((line) => line.map(cell).join(',')).join('\r\n') + '\r\n';
}

const points = (micro: number | null): number | null => (micro === null ? null : micro / POINT);

export function csvOf(rows: readonly Row[], t: TFunction<'suppliers'>, format: Format): string {
  const head = ['lei', 'name', 'score', 'low', 'high', 'band', 'eligible', 'change', 'cases', 'computed'].map((key) => t(`csv.${key}`));
  const body = rows.map((row) => [
    row.lei, row.name, points(row.points), points(row.low), points(row.high), row.band,
    row.eligible === null ? null : t(row.eligible ? 'standing.eligible' : 'standing.not-eligible'),
    row.change === null ? null : Number(row.change), row.cases, row.computed === null ? null : format.dateTime(row.computed),
  ]);
  return csv([head, ...body]);
}
