import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';

const MOST = 30;

/** What our plant itself wrote down of each contribution: with it an auditor proves whether it is in a model. */
export function OwnRecord({ given, steward }: { readonly given: Schemas['PlantDetail']['given']; readonly steward: boolean }) {
  const { t } = useTranslation('federation');
  const format = useFormat();
  const newest = given[0];
  return (
    <Section title={t('record.title')} help={<p>{t('record.help')}</p>}>
      {newest === undefined ? (
        <p className="soft" style={{ margin: 0 }}>{t('record.none')}</p>
      ) : (
        <div className="stack tight">
          <details>
            <summary>{t('record.newest')}</summary>
            {/* Shown as it stands in the file, so that nothing is said better than it is. */}
            <pre className="literal" tabIndex={0} lang="en">{JSON.stringify(newest.record, null, 1)}</pre>
          </details>
          <details>
            <summary>{t('record.all', { count: given.length })}</summary>
            <ul className="record small">
              {given.slice(0, MOST).map((one) => <li key={`${one.run}/${one.step}`}>{steward ? <Link className="mono" to={`/federation/${one.run.slice(0, 32)}`}>{one.run.slice(0, 12)}</Link> : <span className="mono">{one.run.slice(0, 12)}</span>}<span className="num">{t('record.step', { step: format.number(one.step) })}</span></li>)}
            </ul>
          </details>
          <p className="soft small" style={{ margin: 0 }}>{t('record.prove')} <code>{t('record.command')}</code></p>
        </div>
      )}
    </Section>
  );
}
