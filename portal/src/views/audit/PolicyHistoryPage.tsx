import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Digest } from '../../ui/Digest';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';
import { Changes } from '../policies/Changes';
import { usePolicies } from './policies';
import type { CheckedPolicy } from './policies';
import './audit.css';

/** By which rules scores were computed, since when, and what changed between them. */
export default function PolicyHistoryPage() {
  const { t } = useTranslation('audit');
  const query = usePolicies();
  return (
    <Page title={t('policies.title')} lead={t('policies.lead')} actions={<Link to="/policies">{t('policies.votes')}</Link>}>
      <Asked query={query}>
        {(list) => (list.length === 0 ? <div className="card"><Empty title={t('policies.none')} hint={t('policies.noneHint')} /></div> : <History list={list} />)}
      </Asked>
    </Page>
  );
}

function History({ list }: { readonly list: readonly CheckedPolicy[] }) {
  const { t, i18n } = useTranslation('audit');
  const format = useFormat();
  const title = (one: CheckedPolicy): string => (i18n.language === 'zh' ? one.policy.title.zh : one.policy.title.en);
  const [older, setOlder] = useState<string | null>(list.at(-2)?.policy.name ?? null);
  const [newer, setNewer] = useState<string | null>(list.at(-1)?.policy.name ?? null);
  const options = list.map((one) => ({ value: one.policy.name, label: title(one) }));
  return (
    <div className="stack">
      <Section title={t('policies.all')} help={<p>{t('policies.allHelp')}</p>} flush>
        <div className="audit-scroll" role="region" tabIndex={0} aria-label={t('policies.all')}>
          <table className="audit-table">
            <thead>
              <tr>
                {['name', 'valid', 'hash', 'state'].map((name) => (
                  <th key={name} scope="col">
                    {t(`policies.column.${name}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {list.map((one) => (
                <tr key={one.policy.hash}>
                  <th scope="row">
                    {title(one)}
                    <span className="soft small mono audit-lei">
                      {one.policy.name} {one.policy.version}
                    </span>
                  </th>
                  <td className="num">{t('policies.period', { from: format.date(one.policy.valid.from), until: format.date(one.policy.valid.until) })}</td>
                  <td>
                    <Digest value={one.policy.hash} /> <Tag mood={one.holds ? 'good' : 'bad'}>{t(one.holds ? 'policies.holds' : 'policies.fails')}</Tag>
                  </td>
                  <td>{one.policy.in_force && <Tag mood="info">{t('policies.inForce')}</Tag>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </Section>
      <Section title={t('policies.diff')} help={<p>{t('policies.diffHelp')}</p>}>
        <div className="row" style={{ marginBottom: 14 }}>
          <label className="stack tight">
            {t('policies.older')}
            <Select label={t('policies.older')} style={{ minWidth: 240 }} value={older} onChange={setOlder} options={options} />
          </label>
          <label className="stack tight">
            {t('policies.newer')}
            <Select label={t('policies.newer')} style={{ minWidth: 240 }} value={newer} onChange={setNewer} options={options} />
          </label>
        </div>
        {older !== null && newer !== null && <Changes key={`${older} ${newer}`} older={older} newer={newer} />}
      </Section>
    </div>
  );
}
