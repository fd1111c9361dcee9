/** Numbers, dates and times in the reader's language and time zone. Points and shares come as integers or decimal strings. */
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';

/** 100 points are 10^8 micro-points (docs/score.md). */
export const POINT = 1_000_000;

export interface Format {
  readonly language: string;
  /** A number with at most `digits` decimals; a dash for none. */
  number(value: number | string | null | undefined, digits?: number): string;
  /** A number with exactly `digits` decimals, for columns. */
  fixed(value: number | string | null | undefined, digits: number): string;
  /** Micro-points as points with one decimal, or with `digits`. */
  points(micro: number | string | null | undefined, digits?: number): string;
  /** As `points`, with its sign. */
  change(micro: number | string | null | undefined, digits?: number): string;
  percent(share: number | null | undefined, digits?: number): string;
  date(moment: string | Date | null | undefined): string;
  dateTime(moment: string | Date | null | undefined): string;
  month(yearMonth: string): string;
  /** How long ago, or how long still, in words. */
  relative(moment: string | Date | null | undefined, now?: Date): string;
  bytes(count: number): string;
}

const NONE = '–';
const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_557_600],
  ['month', 2_629_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

const asDate = (moment: string | Date): Date => (moment instanceof Date ? moment : new Date(moment));
const absent = (value: unknown): value is null | undefined => value === null || value === undefined;

export function buildFormat(language: string, timeZone?: string): Format {
  const locale = language === 'zh' ? 'zh-CN' : 'en-GB';
  const zone = timeZone === undefined ? {} : { timeZone };
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', ...zone });
  const times = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone });
  const zones = new Intl.DateTimeFormat(locale, { timeZoneName: 'short', ...zone });
  const zoneOf = (date: Date): string => zones.formatToParts(date).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const months = new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short', timeZone: 'UTC' });
  const ages = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  // Making a formatter costs more than using it a hundred times, and a long list formats thousands of numbers.
  const made = new Map<string, Intl.NumberFormat>();
  const decimals = (digits: number, least = digits, more: Intl.NumberFormatOptions = {}): Intl.NumberFormat => {
    const key = `${digits} ${least} ${more.style ?? ''} ${more.unit ?? ''} ${more.signDisplay ?? ''}`;
    const known = made.get(key) ?? new Intl.NumberFormat(locale, { maximumFractionDigits: digits, minimumFractionDigits: least, ...more });
    made.set(key, known);
    return known;
  };
  const when = (format: Intl.DateTimeFormat, moment: string | Date | null | undefined): string => {
    if (absent(moment)) return NONE;
    const date = asDate(moment);
    return Number.isNaN(date.getTime()) ? NONE : format.format(date);
  };
  const shown = (value: number, format: Intl.NumberFormat): string => (Number.isFinite(value) ? format.format(value) : NONE);
  return {
    language,
    number: (value, digits = 0) => (absent(value) ? NONE : shown(Number(value), decimals(digits, 0))),
    fixed: (value, digits) => (absent(value) ? NONE : shown(Number(value), decimals(digits))),
    points: (micro, digits = 1) => (absent(micro) ? NONE : shown(Number(micro) / POINT, decimals(digits))),
    change: (micro, digits = 1) =>
      absent(micro) ? NONE : shown(Number(micro) / POINT, decimals(digits, digits, { signDisplay: 'exceptZero' })),
    percent: (share, digits = 0) => (absent(share) ? NONE : shown(share, decimals(digits, digits, { style: 'percent' }))),
    date: (moment) => when(dates, moment),
    dateTime: (moment) => {
      const day = when(dates, moment);
      if (day === NONE || absent(moment)) return NONE;
      const date = asDate(moment);
      return `${day} ${times.format(date)} ${zoneOf(date)}`;
    },
    month: (yearMonth) => when(months, `${yearMonth}-01T00:00:00Z`),
    relative: (moment, now = new Date()) => {
      if (absent(moment)) return NONE;
      const seconds = Math.round((asDate(moment).getTime() - now.getTime()) / 1000);
      if (Number.isNaN(seconds)) return NONE;
      const [unit, size] = STEPS.find(([, length]) => Math.abs(seconds) >= length) ?? (['second', 1] as const);
      return ages.format(Math.trunc(seconds / size), unit);
    },
    bytes: (count) =>
      count < 1_000_000
        ? decimals(0, 0, { style: 'unit', unit: 'kilobyte' }).format(Math.max(1, Math.round(count / 1000)))
        : decimals(1, 0, { style: 'unit', unit: 'megabyte' }).format(count / 1_000_000),
  };
}

export function useFormat(): Format {
  const { i18n } = useTranslation();
  return useMemo(() => buildFormat(i18n.language), [i18n.language]);
}
