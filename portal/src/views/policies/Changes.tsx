import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Tag } from '../../ui/Tag';
import { useDiff } from './queries';
import { wordsOf } from './words';
import './policies.css';

const FIRST = 15;

interface Props {
  readonly older: string;
  readonly newer: string;
}

/** What one policy says differently from another, entry by entry, what weighs most first. */
export function Changes({ older, newer }: Props) {
  const { t } = useTranslation('policies');
  const format = useFormat();
  const [whole, setWhole] = useState(false);
  const query = useDiff(older, newer);
  if (older === newer) return <p className="soft">{t('trial.two')}</p>;
  return (
    <Asked query={query} rows={8}>
      {({ changes, old, fresh }) =>
        changes.length === 0 ? (
          <p className="soft">{t('trial.same')}</p>
        ) : (
          <>
            <p className="soft small num">{t('trial.changes', { count: changes.length })}</p>
            <ul className="diff">
              {changes.slice(0, whole ? undefined : FIRST).map((change) => {
                const { label, before, after } = wordsOf(change, old, fresh, { t: (key, values = {}) => t(key, values), format });
                return (
                  <li key={`${change.place} ${after === null}`}>
                    <span className="diff-what">
                      <span>{label}</span>
                      <span className="soft small mono">{change.place}</span>
                    </span>
                    <span className="diff-values">
                      {before === null ? <Tag mood="info">{t('trial.came')}</Tag> : <del>{before}</del>}
                      {before !== null && after !== null && <span aria-hidden="true">→</span>}
                      {after === null ? <Tag mood="calm">{t('trial.gone')}</Tag> : <ins>{after}</ins>}
                    </span>
                  </li>
                );
              })}
            </ul>
            {!whole && changes.length > FIRST && (
              <Button className="no-print" style={{ marginTop: 12 }} onClick={() => setWhole(true)}>
                {t('trial.showAll', { count: changes.length })}
              </Button>
            )}
          </>
        )
      }
    </Asked>
  );
}
