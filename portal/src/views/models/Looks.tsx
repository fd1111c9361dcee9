import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { useLooks } from './queries';
import { MICRO } from './read';
import { useWords } from './useWords';
import './models.css';

const MOST = 30;
/** As the node calls itself where nobody asked. */
const NODE = 'the node';

/** What the model said so far: months assessed, the node's own watch, and the whole federation's drift. */
export function Looks({ name, version }: { readonly name: string; readonly version: number }) {
  const { t } = useTranslation('models');
  const { reason } = useWords();
  const format = useFormat();
  const query = useLooks(name, version);
  return (
    <Section title={t('looks.title')} help={<p>{t('looks.help')}</p>}>
      <Asked query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty title={t('looks.none')} hint={t('looks.noneHint')} />
          ) : (
            <ul className="looks">
              {items.slice(0, MOST).map((one, n) => (
                <li key={n}>
                  <strong>{/^\d{4}-\d{2}$/.test(one.period) ? format.month(one.period) : t(`source.${one.source}`, { defaultValue: one.source })}</strong>
                  <span className="wide">
                    {one.index === null ? one.reasons.map(reason).join(t('comma')) || t('looks.steady') : t('looks.index', { index: format.percent(one.index / MICRO, 2), parts: format.number(one.parts) })}
                    <span className="soft small" title={format.dateTime(one.at)}> · {format.relative(one.at)}{one.by === '' ? '' : ` · ${one.by === NODE ? t('theNode') : one.by}`}</span>
                  </span>
                  <Tag mood={one.index !== null ? 'good' : one.reasons.length > 0 ? 'watch' : 'calm'}>{t(one.index !== null ? 'looks.stated' : one.reasons.length > 0 ? 'looks.silent' : 'looks.looked')}</Tag>
                </li>
              ))}
            </ul>
          )
        }
      </Asked>
    </Section>
  );
}
