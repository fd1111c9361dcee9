import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { unitText } from './read';
import { useWords } from './useWords';

/** What the model was trained on: measured columns with unit and range, and the features made of them. */
export function Inputs({ model }: { readonly model: Schemas['ModelDetail'] }) {
  const { t } = useTranslation('models');
  const { feature } = useWords();
  const format = useFormat();
  return (
    <Section title={t('inputs.title')} help={<p>{t('inputs.help')}</p>}>
      <table className="plain-table">
        <thead>
          <tr>
            <th scope="col">{t('inputs.column')}</th>
            <th scope="col">{t('inputs.range')}</th>
          </tr>
        </thead>
        <tbody>
          {model.columns.map((one) => (
            <tr key={one.name}>
              <th scope="row">{feature(one.name)}</th>
              <td className="num">{t('inputs.between', { low: format.number(one.low, 4), high: format.number(one.high, 4), unit: unitText(one.unit) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="soft small" style={{ margin: '12px 0 6px' }}>{t('inputs.features')}</p>
      <span className="row tight">
        {model.features.map((name) => <Tag key={name} mood="calm">{feature(name)}</Tag>)}
      </span>
    </Section>
  );
}
