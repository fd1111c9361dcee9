/** The agreed feature spec (`credence-feature-spec/1`), as far as the page knows its form. Pure. */
type Said = Readonly<Record<string, unknown>>;

export interface Column {
  readonly name: string;
  readonly unit: string;
  readonly low: string;
  readonly high: string;
}

export interface Feature {
  readonly name: string;
  /** Columns that it is made of. */
  readonly of: readonly string[];
}

export interface Spec {
  readonly name: string;
  readonly version: string;
  /** The column of outcomes. */
  readonly label: string;
  readonly columns: readonly Column[];
  readonly features: readonly Feature[];
}

const said = (value: unknown): Said => (typeof value === 'object' && value !== null ? (value as Said) : {});
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const named = (value: unknown): Said[] => list(value).map(said).filter((one) => text(one['name']) !== '');

export function specOf(document: Said): Spec {
  return {
    name: text(document['name']),
    version: text(document['version']),
    label: text(document['label']),
    columns: named(document['columns']).map((one) => ({ name: text(one['name']), unit: one['unit'] === '1' ? '' : text(one['unit']), low: text(one['low']), high: text(one['high']) })),
    features: named(document['features']).map((one) => ({ name: text(one['name']), of: list(one['of']).map(text).filter((name) => name !== '') })),
  };
}
