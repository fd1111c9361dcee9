import { useQuery } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Section } from '../../ui/Section';
import { probabilityOf } from './layout';

interface Props {
  readonly line: string;
  readonly shown: number | null;
  readonly show: (version: number | null) => void;
}
type Side = { readonly log_odds: string | null; readonly impossible: boolean } | null;
interface Diff {
  readonly edges: readonly { readonly cause: string; readonly effect: string; readonly before: Side; readonly after: Side }[];
  readonly words: readonly { readonly cause: string; readonly effect: string; readonly author: string; readonly reason: string; readonly at: string }[];
}

/** Every version with who and when; any of them compared with the one that is shown. */
export function Versions({ line, shown, show }: Props) {
  const { t } = useTranslation('graph');
  const format = useFormat();
  const [compared, setCompared] = useState<number | null>(null);
  const query = useQuery({ queryKey: ['causes', 'graph', line, 'versions'], queryFn: () => take(api.GET('/v1/causes/graphs/versions', { params: { query: { line } } })), meta: { keep: false } });
  const newest = query.data?.items[0]?.version ?? 1;
  const after = shown ?? newest;
  const diff = useQuery({
    queryKey: ['causes', 'graph', line, 'diff', compared, after],
    queryFn: () => take(api.GET('/v1/causes/graphs/diff', { params: { query: { line, before: compared ?? 1, after } } })) as Promise<unknown> as Promise<Diff>,
    enabled: compared !== null,
    meta: { keep: false },
  });
  const standing = (side: Side): string => (side === null || (side.log_odds === null && !side.impossible) ? t('versions.nothing') : side.impossible ? t('panel.impossible') : format.percent(probabilityOf(side.log_odds ?? '0')));
  // Said and taken back again stands as nothing said: the words below tell of it, the edge has not changed.
  const changed = (diff.data?.edges ?? []).filter((one) => standing(one.before) !== standing(one.after));
  return (
    <Section title={t('versions.title')} extra={shown !== null && <Button size="small" onClick={() => show(null)}>{t('versions.newest')}</Button>}>
      <Asked query={query} rows={2}>
        {({ items }) => (
          <ul className="cause-list">
            {items.slice(0, 20).map((one) => (
              <li key={one.version}>
                <span><strong className="num">{t('versions.number', { version: one.version })}</strong> <span className="soft small">{t('versions.words', { count: one.words })}</span></span>
                <span className="soft small">{format.dateTime(one.at)}</span>
                <span className="row tight">
                  <Button size="small" type="text" disabled={one.version === (shown ?? newest)} onClick={() => show(one.version === newest ? null : one.version)}>{t('versions.show')}</Button>
                  <Button size="small" type="text" disabled={one.version === after} onClick={() => setCompared(one.version)}>{t('versions.compare')}</Button>
                </span>
              </li>
            ))}
          </ul>
        )}
      </Asked>
      {compared !== null && diff.data !== undefined && (
        <div role="status" className="stack tight">
          <strong>{t('versions.since', { version: compared, after })}</strong>
          {changed.length === 0 && <span className="soft">{t('versions.same')}</span>}
          {changed.map((one) => (
            <span key={`${one.cause}\u0001${one.effect}`}>{t('versions.edge', { cause: one.cause, effect: one.effect, before: standing(one.before), after: standing(one.after) })}</span>
          ))}
          {diff.data.words.map((word) => (
            <span key={`${word.at}${word.cause}${word.effect}`} className="soft small">{`${word.author} · ${format.dateTime(word.at)} · ${word.cause} → ${word.effect}: ${word.reason}`}</span>
          ))}
        </div>
      )}
    </Section>
  );
}
