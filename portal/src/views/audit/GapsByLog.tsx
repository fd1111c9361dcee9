import { useMutation } from '@tanstack/react-query';
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Verdict } from '../../ui/Answers';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { readAudit } from './reports';
import type { LogAudit } from './reports';

/** Completeness where this node holds nothing: the supplier's log itself, leaf by leaf. */
export function GapsByLog({ lei }: { readonly lei: string }) {
  const { t } = useTranslation('audit');
  const may = useMay('audit:run');
  const run = useMutation({
    mutationFn: async () => readAudit(await take(api.GET('/v1/audit/log/{lei}', { params: { path: { lei } } }))),
  });
  return (
    <Section title={t('gaps.byLog')}>
      <div className="stack">
        {run.data === undefined ? (
          <>
            <p className="soft" style={{ margin: 0 }}>
              {t('gaps.byLogHelp')}
            </p>
            <div>
              <Button type="primary" disabled={!may} loading={run.isPending} onClick={() => run.mutate()}>
                {t('gaps.run')}
              </Button>
            </div>
          </>
        ) : (
          <Walked log={run.data} />
        )}
        {run.isError && <Failure error={run.error} onRetry={() => run.mutate()} />}
      </div>
    </Section>
  );
}

/** What the walk found: what is missing, and how many statements each series has. */
export function Walked({ log }: { readonly log: LogAudit }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  return (
    <>
      <Verdict mood={log.whole ? 'good' : 'bad'} title={t(log.whole ? 'gaps.complete' : 'gaps.incomplete')}>
        {t('gaps.walked', { size: format.number(log.size), series: format.number(Object.keys(log.series).length) })}
      </Verdict>
      {log.findings.map((finding) => (
        <p key={finding.what + finding.detail} style={{ margin: 0 }}>
          <strong>{t(`finding.${finding.what}`, { defaultValue: finding.what })}</strong>{' '}
          <span className="soft" lang="en">
            {finding.detail}
          </span>
        </p>
      ))}
      <table className="fields">
        <thead>
          <tr>
            <th scope="col">{t('gaps.series')}</th>
            <th scope="col">{t('gaps.count')}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(log.series).map(([name, count]) => (
            <tr key={name}>
              <th scope="row" className="mono">
                {name}
              </th>
              <td className="num">{format.number(count)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
