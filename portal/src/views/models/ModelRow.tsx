import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Tag } from '../../ui/Tag';
import { MOODS, standingOf } from './read';
import { useWords } from './useWords';
import './models.css';

/** A model in the list: its state with the reason, its figures, and whether the chain knows where it comes from. */
export function ModelRow({ model }: { readonly model: Schemas['ModelRow'] }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const standing = standingOf(model);
  return (
    <li>
      <div className="row apart">
        <h2>
          <Link to={`/models/${model.name}/${model.version}`}>{t('called', { name: model.name, version: model.version })}</Link>
        </h2>
        <Tag mood={MOODS[standing]}>{t(`standing.${standing}`)}</Tag>
      </div>
      <Why model={model} />
      <dl className="facts">
        {Object.entries(model.figures).slice(0, 3).map(([name, value]) => (
          <div key={name}>
            <dt>{t(`figure.${name.toLowerCase()}`, { defaultValue: name, nsSeparator: false })}</dt>
            <dd className="num">{format.number(value, 4)}</dd>
          </div>
        ))}
        <div><dt>{t('parties')}</dt><dd className="num">{model.parties}</dd></div>
        <div><dt>{t('added')}</dt><dd>{format.date(model.created)}</dd></div>
        {model.lines.length > 0 && <div><dt>{t('lines')}</dt><dd>{model.lines.join(t('comma'))}</dd></div>}
        <div><dt>{t('origin')}</dt><dd>{t(model.checked ? 'checked' : 'unchecked')}</dd></div>
      </dl>
    </li>
  );
}

/** Why it does not count, or what it waits for; nothing where it counts. */
export function Why({ model }: { readonly model: Schemas['ModelRow'] }) {
  const { t } = useTranslation('models');
  const { reason } = useWords();
  const format = useFormat();
  if (model.state === 'stopped') return <p style={{ margin: 0 }}>{t('stoppedFor', { reason: model.reason })}</p>;
  if (model.state === 'trial') return <p className="soft" style={{ margin: 0 }}>{t('onTrial')}</p>;
  if (model.hindrances.length === 0) return null;
  return (
    <ul className="why">
      {model.hindrances.map((one) => (
        <li key={`${one.reason}${one.subject}${one.source}`}>
          <span>
            {reason(one.reason)}{' '}
            <span className="soft small">
              {[t(`seenBy.${one.source}`, { defaultValue: one.source }), one.since === '' ? '' : t('since', { date: format.date(one.since) })].filter((text) => text !== '').join(t('comma'))}
            </span>
          </span>
        </li>
      ))}
    </ul>
  );
}
