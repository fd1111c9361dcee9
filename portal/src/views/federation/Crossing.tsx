import { CheckOutlined, ExportOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import type { Schemas } from '../../api/client';
import { Section } from '../../ui/Section';
import { unitText } from '../models/read';
import { useWords } from '../models/useWords';
import { specOf } from './spec';

const LEAVES = ['keys', 'shares', 'masked', 'receipt', 'roll', 'votes'] as const;
const STAYS = ['rows', 'values', 'update', 'secrets'] as const;

/** What leaves our plant and what does not, literally: message by message, and column by column of the agreed spec. */
export function Crossing({ plant }: { readonly plant: Schemas['PlantDetail'] }) {
  const { t } = useTranslation('federation');
  const { feature } = useWords();
  const spec = specOf(plant.spec);
  return (
    <Section title={t('crossing.title')} help={<p>{t('crossing.help')}</p>}>
      <div className="crossing">
        <div>
          <h3><ExportOutlined aria-hidden="true" /> {t('crossing.leaves')}</h3>
          <ul>
            {LEAVES.map((one) => (
              <li key={one}>
                {t(`crossing.gives.${one}.what`)}
                <span className="soft small">{t(`crossing.gives.${one}.who`)}</span>
              </li>
            ))}
          </ul>
        </div>
        <div>
          <h3><CheckOutlined aria-hidden="true" /> {t('crossing.stays')}</h3>
          <ul>
            {STAYS.map((one) => <li key={one}>{t(`crossing.keeps.${one}`)}</li>)}
            {spec.columns.length > 0 && (
              <li>
                {t('crossing.columns')}
                <table className="plain-table small">
                  <thead><tr><th scope="col">{t('crossing.column')}</th><th scope="col">{t('crossing.agreed')}</th></tr></thead>
                  <tbody>{spec.columns.map((one) => <tr key={one.name}><th scope="row">{feature(one.name)}</th><td className="num">{t('crossing.range', { low: one.low, high: one.high, unit: unitText(one.unit) })}</td></tr>)}</tbody>
                </table>
                <span className="soft small">{t('crossing.public')}</span>
              </li>
            )}
            {spec.label !== '' && <li>{t('crossing.label', { name: feature(spec.label) })}</li>}
          </ul>
        </div>
      </div>
      <p className="soft small" style={{ margin: '14px 0 0' }}>{t('crossing.sum')}</p>
    </Section>
  );
}
