import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { Asked } from '../../ui/Asked';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';

/** Set points that the plant has opened, with what the machines hold now. */
export function Points() {
  const { t } = useTranslation('causes');
  const query = useQuery({ queryKey: ['causes', 'points'], queryFn: () => take(api.GET('/v1/causes/points')), meta: { keep: false } });
  return (
    <Section title={t('points.title')} help={t('points.help')}>
      <Asked query={query} rows={2}>
        {({ items }) => (
          <ul className="cause-list">
            {items.length === 0 && <li className="soft">{t('points.none')}</li>}
            {items.map((one) => (
              <li key={`${one.machine}/${one.parameter}`}>
                <span>
                  <strong>{one.machine}</strong> <span className="soft small">{one.parameter}</span>
                </span>
                {one.present === null ? <Tag mood="watch">{t('points.away')}</Tag> : <span className="num">{`${one.present} ${one.unit}`}</span>}
                <span className="soft small num">{t('points.limits', { lower: one.lowest, upper: one.highest, unit: one.unit })}</span>
              </li>
            ))}
          </ul>
        )}
      </Asked>
    </Section>
  );
}
