import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { Ballots } from './Ballots';
import { Trial } from './Trial';
import { usePolicies } from './queries';
import type { Policy } from './queries';
import './policies.css';

/** Policies before and after a vote: what they say, how they differ, what a new one would do, and the vote itself. */
export default function PoliciesPage() {
  const { t } = useTranslation('policies');
  const query = usePolicies();
  return (
    <Page title={t('title')} lead={t('lead')}>
      <Asked query={query} rows={8}>
        {({ items }) => items.length === 0 ? <div className="card"><Empty title={t('none')} hint={t('noneHint')} /></div> : (
          <div className="stack">
            <div className="policy-cards">
              {items.map((policy) => (
                <Card key={policy.hash} policy={policy} />
              ))}
            </div>
            <Trial policies={items} />
            <Ballots policies={items} />
          </div>
        )}
      </Asked>
    </Page>
  );
}

function Card({ policy }: { readonly policy: Policy }) {
  const { t, i18n } = useTranslation('policies');
  const format = useFormat();
  const language = i18n.language === 'zh' ? 'zh' : 'en';
  const most = Math.max(...policy.indicators.map(({ weight }) => Number(weight)), 1);
  return (
    <Section title={policy.name} extra={policy.in_force ? <Tag mood="good">{t('inForce')}</Tag> : <Tag mood="calm">{t('known')}</Tag>}>
      <p className="soft">{policy.title[language]}</p>
      <ul className="weights">
        {policy.indicators.map((one) => (
          <li key={one.indicator}>
            <span>{one.title[language]}</span>
            <i aria-hidden="true" style={{ width: `${(Number(one.weight) / most) * 100}%` }} />
            <span className="num">{format.number(one.weight, 1)}</span>
          </li>
        ))}
      </ul>
      <dl className="facts small">
        <div>
          <dt>{t('floor')}</dt>
          <dd className="num">{format.number(policy.eligibility_floor, 1)}</dd>
        </div>
        <div>
          <dt>{t('bands')}</dt>
          <dd className="num">{policy.bands.map(({ name, floor }) => `${name} ${format.number(floor)}`).join(' · ')}</dd>
        </div>
        <div>
          <dt>{t('valid')}</dt>
          <dd>{t('from', { from: format.date(policy.valid.from), until: format.date(policy.valid.until) })}</dd>
        </div>
        <div>
          <dt>{t('hash')}</dt>
          <dd>
            <Digest value={policy.hash} />
          </dd>
        </div>
      </dl>
    </Section>
  );
}
