import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { Asked } from '../../ui/Asked';
import { Empty } from '../../ui/Empty';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { usePolicies } from '../policies/queries';
import { Findings } from './Findings';
import { modelCardOf } from './modelCard';

/** Where the policy in force may be trusted, where it drifts or treats groups unequally, and when it would be stopped. */
export default function GovernancePage() {
  const { t } = useTranslation('governance');
  const policies = usePolicies();
  const inForce = policies.data?.items.find((one) => one.in_force)?.name ?? null;
  const review = useQuery({ queryKey: ['review', inForce], queryFn: () => take(api.GET('/v1/policies/{name}/review', { params: { path: { name: inForce ?? '' } } })), enabled: inForce !== null });
  const card = useQuery({
    queryKey: ['model-card', inForce],
    queryFn: async () => modelCardOf(await take<unknown>(api.GET('/v1/policies/{name}/model-card', { params: { path: { name: inForce ?? '' } } }))),
    enabled: inForce !== null,
  });
  if (policies.isSuccess && inForce === null) {
    return (
      <Page title={t('title')}>
        <div className="card"><Empty title={t('none')} hint={t('noneHint')} action={{ label: t('nonePolicies'), to: '/policies' }} /></div>
      </Page>
    );
  }
  return (
    <Page title={t('title')} lead={t('lead', { policy: inForce ?? '' })}>
      <div className="stack">
        <Asked query={review}>
          {(found) => <Findings found={found} />}
        </Asked>
        <Asked query={card}>
          {(found) => (
            <div className="grid">
              <Section title={t('limits')} help={<p>{t('limitsHelp')}</p>}>
                <ul className="plain" lang="en">
                  {found.limits.map((limit) => (
                    <li key={limit}>{limit}</li>
                  ))}
                </ul>
              </Section>
              <div className="stack">
                <Coverage found={found} />
                <Section title={t('checks')}>
                  <ul className="reasons" lang="en">
                    {found.checks.map((one) => (
                      <li key={one.check}>
                        <Tag mood="calm">{t(`check.${one.check}`, { defaultValue: one.check })}</Tag>
                        <span>{one.rule}</span>
                      </li>
                    ))}
                  </ul>
                </Section>
              </div>
            </div>
          )}
        </Asked>
      </div>
    </Page>
  );
}

function Coverage({ found }: { readonly found: ReturnType<typeof modelCardOf> }) {
  const { t } = useTranslation('governance');
  const format = useFormat();
  return (
    <Section title={t('coverage')} help={<p>{t('coverageHelp', { confidence: format.percent(found.confidence) })}</p>}>
      {found.coverage.length === 0 ? (
        <p className="soft">{t('notMeasured')}</p>
      ) : (
        <table className="plain-table">
          <tbody>
            {found.coverage.map((one) => (
              <tr key={one.evidence}>
                <th scope="row" lang="en">{one.evidence}</th>
                <td className="num">{format.percent(one.held, 1)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
