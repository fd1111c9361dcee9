import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { titleOf, wordsOf } from './definition';
import type { Field } from './definition';
import type { Detail } from './queries';

interface Props {
  readonly found: Detail;
  readonly fields: ReadonlyMap<string, Field>;
  readonly words: ReturnType<typeof wordsOf>;
}

interface Entry {
  readonly number: number;
  readonly at: string;
  readonly event: string;
  readonly who: string;
  readonly organisation: string;
  readonly from: string;
  readonly to: string;
  readonly reason: string;
  readonly meaning: string | null;
  readonly fields: readonly string[];
}

const txt = (value: unknown): string => (typeof value === 'string' ? value : '');
const obj = (value: unknown): Readonly<Record<string, unknown>> => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {});

function entryOf(raw: Readonly<Record<string, unknown>>, n: number): Entry {
  const actor = obj(raw['actor']);
  const signature = obj(raw['signature']);
  return {
    number: typeof raw['number'] === 'number' ? raw['number'] : n,
    at: txt(raw['at']),
    event: txt(raw['event']),
    who: txt(actor['name']) || txt(actor['user']),
    organisation: txt(actor['organisation']),
    from: txt(raw['from']),
    to: txt(raw['to']),
    reason: txt(raw['reason']),
    meaning: txt(signature['meaning']) || null,
    fields: Object.keys(obj(raw['fields'])),
  };
}

/** Everything that happened, newest first; each entry covers the one before, so that none can be changed unnoticed. */
export function History({ found, fields, words }: Props) {
  const { t, i18n } = useTranslation('cases');
  const format = useFormat();
  const entries = found.history.map(entryOf).reverse();
  return (
    <Section title={t('history')} help={<p>{t('historyHelp')}</p>}>
      <ol className="case-history">
        {entries.map((entry) => (
          <li key={entry.number}>
            <div className="row tight">
              <strong>{titleOf(words.events.get(entry.event), i18n.language, entry.event)}</strong>
              {entry.meaning !== null && <Tag mood="good">{t('signed', { meaning: t(`meaning.${entry.meaning}`, { defaultValue: entry.meaning }) })}</Tag>}
              {entry.to !== entry.from && <Tag mood="info">{titleOf(words.states.get(entry.to), i18n.language, entry.to)}</Tag>}
            </div>
            <span className="soft small" title={entry.organisation}>
              {entry.who === '' ? t('byClock') : t('by', { who: entry.who, lei: entry.organisation })} · {format.dateTime(entry.at)}
            </span>
            {entry.fields.length > 0 && <span className="small">{t('brought', { fields: entry.fields.map((name) => titleOf(fields.get(name)?.title, i18n.language, name)).join(t('comma')) })}</span>}
            {entry.reason !== '' && <q className="small">{entry.reason}</q>}
          </li>
        ))}
      </ol>
    </Section>
  );
}
