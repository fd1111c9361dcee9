/** An entry of a policy and its values in the reader's words and units; as `scoring/policy_words.py`, in both languages. Pure. */
import { POINT } from '../../i18n/format';
import type { Format } from '../../i18n/format';

export interface Change {
  /** JSON pointer (RFC 6901) into the new document; into the old one for what is gone. */
  readonly place: string;
  readonly before?: unknown;
  readonly after?: unknown;
}

/** What speaks: the texts of `policies`, and numbers as the reader writes them. */
export interface Voice {
  readonly t: (key: string, values?: Record<string, unknown>) => string;
  readonly format: Format;
}

export interface Words {
  readonly label: string;
  /** None where the entry is not in that policy. */
  readonly before: string | null;
  readonly after: string | null;
}

type Unit = 'points' | 'utility' | 'observations' | 'share' | 'months' | 'days' | 'hours' | 'personDays' | 'ppm' | 'day' | 'plain';
type Named = readonly [label: string, unit: Unit];

const MICRO = 1_000_000;
const MILLI = 1_000;
const PPB = 1_000_000_000;
const TOP: Readonly<Record<string, Unit>> = { confidence_ppm: 'ppm', validity_days: 'days' };
const RUNG: Readonly<Record<string, Unit>> = { theta: 'share', days: 'days', effort: 'personDays' };
const OPTION: Readonly<Record<string, Unit>> = { response_hours: 'hours', deadline_days: 'days', within_days: 'days', conditional: 'utility', finding: 'utility' };

export function wordsOf(change: Change, older: unknown, newer: unknown, voice: Voice): Words {
  const gone = change.after === null || change.after === undefined;
  const path = change.place.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const names = (id: string): string => titleOf(newer, id, voice) ?? titleOf(older, id, voice) ?? id;
  const [label, unit] = entryOf(path, gone ? older : newer, names, voice);
  const said = (value: unknown): string | null => (value === null || value === undefined ? null : valueOf(value, unit, names, voice));
  return { label, before: said(change.before), after: said(change.after) };
}

function entryOf(path: readonly string[], document: unknown, names: (id: string) => string, { t, format }: Voice): Named {
  const [head = '', second = '', third = '', fourth = ''] = path;
  const at = (...way: readonly string[]): unknown => way.reduce(member, document);
  switch (head) {
    case 'decay':
      return [t(`entry.${second === 'table' ? 'window' : 'halfLife'}`), 'months'];
    case 'eligibility':
      return [t('entry.floor'), 'points'];
    case 'bands':
      return [t('entry.band', { name: at('bands', second, 'name') }), 'points'];
    case 'priors':
      return [t(`entry.prior.${fourth}`, { name: names(third), whose: second === '*' ? t('entry.others') : second }), 'observations'];
    case 'effort':
      return [t(`entry.effort.${fourth}`, { name: names(second), rung: Number(third) + 1 }), RUNG[fourth] ?? 'plain'];
    case 'valid':
      return [t(`entry.${second}`), 'day'];
    case 'title':
      return [t('entry.title', { language: t(`language.${second}`) }), 'plain'];
    case 'indicators': {
      if (path.length === 1) return [t('entry.order'), 'plain'];
      const name = names(String(at('indicators', second, 'id')));
      const rest = path.slice(2);
      const x = Number(member(at(...path), '0'));
      if (rest.length === 0) return [t('entry.indicator', { name }), 'plain'];
      if (third === 'weight') return [t('entry.weight', { name }), 'points'];
      if (third === 'reference') return [t('entry.reference', { name }), 'utility'];
      if (third === 'curve') return [t('entry.curve', { name, share: share(x, format) }), 'utility'];
      if (third === 'minimum') return [t(`entry.minimum.${fourth}`, { name }), fourth === 'exposure' ? 'plain' : 'months'];
      if (third === 'ageing_exposure') return [t('entry.ageing', { name }), 'plain'];
      if (third === 'title' || third === 'reason') return [t(`entry.${third}Of`, { name, language: t(`language.${fourth}`) }), 'plain'];
      if (third === 'options' && fourth === 'curve') return [t('entry.optionCurve', { name, at: format.number(x / MICRO, 6) }), 'utility'];
      if (third === 'options') {
        const option = rest.slice(1).map((part) => t(`option.${part}`, { defaultValue: part })).join(' · ');
        return [t('entry.option', { name, option }), OPTION[fourth] ?? 'plain'];
      }
      return [`${name} · ${rest.join(' · ')}`, 'plain'];
    }
    default:
      return [t(`entry.${head}`, { defaultValue: path.join(' · ') }), TOP[head] ?? 'plain'];
  }
}

function valueOf(value: unknown, unit: Unit, names: (id: string) => string, { t, format }: Voice): string {
  if (typeof value === 'boolean') return t(`word.${value ? 'yes' : 'no'}`);
  if (Array.isArray(value)) return value.map((one) => (typeof one === 'string' ? names(one) : JSON.stringify(one))).join(t('word.comma'));
  if (typeof value === 'object') {
    const weight = member(value, 'weight');
    return typeof weight === 'number' ? t('unit.weight', { value: format.number(weight / POINT, 6) }) : t('word.entry');
  }
  if (typeof value !== 'number') return unit === 'day' ? format.date(String(value)) : t(`word.${String(value)}`, { defaultValue: String(value) });
  switch (unit) {
    case 'points':
      return t('unit.points', { value: format.number(value / POINT, 6) });
    case 'utility':
      return format.number(value / MICRO, 6);
    case 'observations':
      return t('unit.observations', { value: format.number(value / MILLI, 3) });
    case 'share':
      return share(value, format);
    case 'ppm':
      return `${format.number(value / 10_000, 4)}%`;
    case 'months':
    case 'days':
    case 'hours':
    case 'personDays':
      return t(`unit.${unit}`, { count: value, value: format.number(value) });
    default:
      return format.number(value);
  }
}

/** A share in parts per billion as parts per million or percent. */
function share(ppb: number, format: Format): string {
  return ppb < PPB / 100 && ppb !== 0 ? `${format.number(ppb / 1_000, 3)} ppm` : `${format.number(ppb / (PPB / 100), 7)}%`;
}

function titleOf(document: unknown, id: string, { format }: Voice): string | null {
  const indicators = member(document, 'indicators');
  const found = Array.isArray(indicators) ? indicators.find((one) => member(one, 'id') === id) : undefined;
  const title = member(member(found, 'title'), format.language === 'zh' ? 'zh' : 'en');
  return typeof title === 'string' ? title : null;
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}
