import { PrinterOutlined } from '@ant-design/icons';
import { useMutation } from '@tanstack/react-query';
import { Button, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNode } from '../../app/useNode';
import { useWho } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { Found } from './GapsPage';
import { Walked } from './GapsByLog';
import { ReportFiles } from './ReportFiles';
import { ReportLog } from './ReportLog';
import { SupplierChoice } from './SupplierChoice';
import { gather } from './gather';
import { useMembers } from './useMembers';
import './audit.css';

/** One paper about one supplier: log, completeness, records and scores, each with who checked it and as of which block. */
export default function ReportPage() {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const who = useWho();
  const node = useNode();
  const members = useMembers();
  const [lei, setLei] = useState<string | null>(null);
  const run = useMutation({ mutationFn: gather });
  const choose = (next: string): void => {
    setLei(next);
    run.mutate(next);
  };
  const name = members.data?.find((one) => one.lei === lei)?.name ?? '';
  return (
    <Page
      title={t('report.title')}
      lead={run.data === undefined ? t('report.lead') : t('report.about', { name, lei: lei ?? '' })}
      actions={
        run.data !== undefined && (
          <Button type="primary" icon={<PrinterOutlined />} onClick={() => window.print()}>
            {t('print')}
          </Button>
        )
      }
    >
      <div className="stack">
        <div className="no-print">
          <SupplierChoice value={lei} onChange={choose} />
        </div>
        {lei === null && (
          <div className="card">
            <Empty title={t('report.choose')} hint={t('report.chooseHint')} />
          </div>
        )}
        {run.isPending && (
          <div className="row" role="status">
            <Spin /> {t('report.working')}
          </div>
        )}
        {run.isError && <Failure error={run.error} onRetry={() => lei !== null && run.mutate(lei)} />}
        {run.data !== undefined && (
          <>
            <p className="soft">
              {t('report.made', {
                by: who.name,
                node: node.data?.name ?? '',
                time: format.dateTime(new Date(run.data.at)),
                block: run.data.proved === null ? '–' : format.number(run.data.proved.block.toString()),
              })}
            </p>
            <ReportLog gathered={run.data} />
            <h2 className="section-title">{t('report.completeness')}</h2>
            {run.data.completeness.statements > 0 ? (
              <Found found={run.data.completeness} />
            ) : (
              <div className="card stack">
                <Walked log={run.data.log} />
              </div>
            )}
            <ReportFiles />
            <Section title={t('report.scope')}>
              <ul className="soft">
                {['page', 'node', 'not'].map((key) => (
                  <li key={key}>{t(`report.says.${key}`)}</li>
                ))}
              </ul>
              <div className="signing">
                <div>{t('report.place')}</div>
                <div>{t('report.signature')}</div>
              </div>
            </Section>
          </>
        )}
      </div>
    </Page>
  );
}
