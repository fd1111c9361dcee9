import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { all, api, take } from '../../api/client';
import { POINT, useFormat } from '../../i18n/format';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Loading } from '../../ui/Loading';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { usePolicies } from '../policies/queries';
import { useGates } from '../suppliers/useGates';
import { useSuppliers } from '../suppliers/useSuppliers';
import { alertsOf, FALL } from './alerts';
import type { AlertKind } from './alerts';
import './alerts.css';

const MOODS: Readonly<Record<AlertKind, 'bad' | 'watch' | 'info'>> = { frozen: 'bad', lost: 'bad', overdue: 'bad', fell: 'watch', watch: 'watch', close: 'info' };
const SHOWN = 200;
/** Gates are read from the chain one by one: of more suppliers than this, only of those that are not eligible. */
const MOST_GATES = 60;

/** What to look at today; nothing is computed anew, and nothing has to be pressed. */
export default function AlertsPage() {
  const { t } = useTranslation('alerts');
  const format = useFormat();
  const { query, rows, complete } = useSuppliers();
  const policies = usePolicies();
  const cases = useQuery({
    queryKey: ['cases', 'due'],
    queryFn: () => all((cursor) => take(api.GET('/v1/cases', { params: { query: { limit: 500, ended: false, ...(cursor && { cursor }) } } }))),
  });
  const asked = useMemo(() => (rows.length <= MOST_GATES ? rows : rows.filter(({ eligible }) => eligible === false)).slice(0, MOST_GATES).map(({ lei }) => lei), [rows]);
  const gates = useGates(asked);
  const floor = Number(policies.data?.items.find((one) => one.in_force)?.eligibility_floor ?? 0) * POINT;
  const alerts = useMemo(() => alertsOf(rows, gates, cases.data ?? [], floor, new Date()), [rows, gates, cases.data, floor]);

  if (query.isPending) return <Loading rows={8} />;
  return (
    <Page title={t('title')} lead={t('lead')}>
      {query.isError && <Failure error={query.error} onRetry={() => void query.refetch()} />}
      <Section title={t('today')} help={<p>{t('help', { fall: FALL })}</p>} extra={<span className="soft small num">{t('count', { count: alerts.length })}</span>}>
        {alerts.length === 0 ? (
          <Empty title={t('none')} hint={complete ? t('noneHint') : t('loading')} />
        ) : (
          <ul className="alert-list">
            {alerts.slice(0, SHOWN).map((alert) => (
              <li key={`${alert.kind} ${alert.lei} ${alert.caseId ?? ''}`}>
                <Tag mood={MOODS[alert.kind]}>{t(`kind.${alert.kind}`)}</Tag>
                <Link to={alert.caseId === null ? `/suppliers/${alert.lei}` : `/cases/${alert.caseId}`}>{alert.name}</Link>
                <span className="soft small">{t(`text.${alert.kind}`, { change: alert.change === null ? '' : format.number(Math.abs(alert.change), 1) })}</span>
                <span className="num serif">{format.points(alert.points)}</span>
              </li>
            ))}
          </ul>
        )}
      </Section>
    </Page>
  );
}
