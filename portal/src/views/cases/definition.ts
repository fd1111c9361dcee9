/** The flow's own definition, out of a case's export: what a form asks, in the words of the flow. Pure and forgiving. */
export type FieldType = 'text' | 'integer' | 'decimal' | 'boolean' | 'choice' | 'date' | 'instant' | 'lei' | 'subject' | 'digest' | 'digests';

export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly title: Readonly<Record<string, string>>;
  readonly longest: number | null;
  readonly least: number | null;
  readonly most: number | null;
  readonly choices: readonly { readonly value: string; readonly title: Readonly<Record<string, string>> }[];
}

type Json = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const words = (value: unknown): Readonly<Record<string, string>> =>
  isObject(value) ? Object.fromEntries(Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')) : {};
const num = (value: unknown): number | null => (typeof value === 'number' ? value : typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : null);

function choicesOf(raw: unknown): Field['choices'] {
  if (Array.isArray(raw)) return raw.filter((one): one is string => typeof one === 'string').map((value) => ({ value, title: {} }));
  return isObject(raw) ? Object.entries(raw).map(([value, title]) => ({ value, title: words(isObject(title) && isObject(title['title']) ? title['title'] : title) })) : [];
}

/** All fields of an export's definition by name. */
export function fieldsOf(exported: unknown): ReadonlyMap<string, Field> {
  const definition = isObject(exported) ? exported['definition'] : null;
  const fields = isObject(definition) && isObject(definition['fields']) ? definition['fields'] : {};
  return new Map(
    Object.entries(fields).flatMap(([name, raw]) => {
      if (!isObject(raw)) return [];
      const field: Field = {
        name,
        type: (typeof raw['type'] === 'string' ? raw['type'] : 'text') as FieldType,
        title: words(raw['title']),
        longest: num(raw['longest']),
        least: num(raw['least']),
        most: num(raw['most']),
        choices: choicesOf(raw['choices'] ?? raw['options'] ?? raw['values']),
      };
      return [[name, field] as const];
    }),
  );
}

/** Titles of a definition's states, and of what happens in them, by name. */
export function wordsOf(exported: unknown): { readonly states: ReadonlyMap<string, Readonly<Record<string, string>>>; readonly events: ReadonlyMap<string, Readonly<Record<string, string>>> } {
  const definition = isObject(exported) && isObject(exported['definition']) ? exported['definition'] : {};
  const states = new Map<string, Readonly<Record<string, string>>>();
  const events = new Map<string, Readonly<Record<string, string>>>();
  if (isObject(definition['opening'])) events.set('open', words(definition['opening']['title']));
  for (const [name, state] of Object.entries(isObject(definition['states']) ? definition['states'] : {})) {
    if (!isObject(state)) continue;
    states.set(name, words(state['title']));
    for (const group of ['on', 'signatures']) {
      for (const [event, handler] of Object.entries(isObject(state[group]) ? state[group] : {})) if (isObject(handler)) events.set(event, words(handler['title']));
    }
  }
  return { states, events };
}

/** The words of a title in a language; the name when there are none. */
export function titleOf(title: Readonly<Record<string, string>> | undefined, language: string, name: string): string {
  return title?.[language] ?? title?.['en'] ?? name;
}

/** What somebody typed, as the node takes it; undefined when it is empty. */
export function valueOf(type: FieldType, typed: string): unknown {
  const text = typed.trim();
  if (text === '') return undefined;
  switch (type) {
    case 'integer':
      return /^-?\d{1,15}$/.test(text) ? Number(text) : text;
    case 'boolean':
      return text === 'true';
    case 'digests':
      return text.split(/[\s,;]+/).filter((one) => one !== '');
    default:
      return text;
  }
}

/** Whether something typed can be right; the node decides in the end. */
export function plausible(field: Field, typed: string): boolean {
  const value = valueOf(field.type, typed);
  if (value === undefined) return true;
  switch (field.type) {
    case 'integer':
      return typeof value === 'number' && (field.least === null || value >= field.least) && (field.most === null || value <= field.most);
    case 'decimal':
      return /^-?\d{1,15}(\.\d{1,15})?$/.test(String(value));
    case 'lei':
      return /^[A-Z0-9]{18}\d{2}$/.test(String(value));
    case 'subject':
      return /^[A-Z0-9]{18}\d{2}(\/[A-Z0-9-]{1,20})?$/.test(String(value));
    case 'digest':
      return /^[0-9a-f]{64}$/.test(String(value));
    case 'digests':
      return (value as string[]).every((one) => /^[0-9a-f]{64}$/.test(one));
    default:
      return field.longest === null || String(value).length <= field.longest;
  }
}

const SUBMITTED = /^submitted ((?:[0-9a-f]{64} ?)+)$/;

/** Ids of the statements that a case made, in the order of its steps. */
export function statementsOf(commands: readonly { readonly outcome?: string | null }[]): string[] {
  return [...new Set(commands.flatMap(({ outcome }) => SUBMITTED.exec(outcome ?? '')?.[1]?.trim().split(' ') ?? []))];
}
