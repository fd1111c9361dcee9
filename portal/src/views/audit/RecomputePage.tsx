import { useMutation } from '@tanstack/react-query';
import { PrinterOutlined } from '@ant-design/icons';
import { Button, Spin } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/format';
import { Answers } from '../../ui/Answers';
import { Digest } from '../../ui/Digest';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { IntervalBar } from '../../ui/IntervalBar';
import { Page } from '../../ui/Page';
import { Section } from '../../ui/Section';
import { MAX_SCORE_BYTES, SCORE_PARTS } from '../../verify/score';
import type { ScoreReport } from '../../verify/score';
import { Outcome } from './Outcome';
import { checkHere, recomputeThere } from './recompute';
import './audit.css';

/** A score worked out again: equal to the last micro-point, or the first place where it differs. */
export default function RecomputePage() {
  const { t } = useTranslation('audit');
  const [name, setName] = useState('');
  const here = useMutation({ mutationFn: checkHere });
  const there = useMutation({ mutationFn: recomputeThere });
  const take = async (file: File): Promise<void> => {
    const data = new Uint8Array(await file.arrayBuffer());
    setName(file.name);
    there.mutate(data);
    here.mutate(data);
  };
  return (
    <Page
      title={t('recompute.title')}
      lead={t('recompute.lead')}
      actions={
        here.data !== undefined && (
          <Button icon={<PrinterOutlined />} onClick={() => window.print()}>
            {t('print')}
          </Button>
        )
      }
    >
      <div className="stack">
        {(here.isPending || there.isPending) && (
          <div className="row" role="status">
            <Spin /> {t('recompute.working', { file: name })}
          </div>
        )}
        {there.isError && <Failure error={there.error} />}
        {here.isError && <Failure error={here.error} />}
        {(here.data !== undefined || there.data !== undefined) && (
          <>
            {there.data !== undefined && <Outcome found={there.data} />}
            {here.data !== undefined && <Here report={here.data} />}
          </>
        )}
        <div className="no-print">
          <Section title={t('recompute.file')} help={<p>{t('recompute.fileHelp')}</p>}>
          <DropFile label={t('recompute.drop')} hint={t('recompute.dropHint')} tooLarge={t('recompute.tooLarge')} most={MAX_SCORE_BYTES} onFile={(file) => void take(file)} />
        </Section>
        </div>
      </div>
    </Page>
  );
}

function Here({ report }: { readonly report: ScoreReport }) {
  const { t } = useTranslation('audit');
  const format = useFormat();
  const card = report.bundle?.card;
  const number = (name: string): number => (typeof card?.[name] === 'number' ? card[name] : 0);
  return (
    <div className="grid two">
      <Section title={t('recompute.here')} help={<p>{t('recompute.hereHelp')}</p>}>
        <Answers parts={SCORE_PARTS.map((key) => ({ key, title: t(`scorePart.${key}`), asks: t(`scoreAsks.${key}`), answer: report.answers[key] }))} />
        <p className="soft small">{t('recompute.hereNot')}</p>
      </Section>
      {report.bundle !== null && (
        <Section title={t('recompute.claims')}>
          <span className="serif num" style={{ fontSize: 40 }}>
            {format.points(number('points'))}
          </span>
          <IntervalBar points={number('points')} low={number('low')} high={number('high')} large />
          <table className="fields">
            <tbody>
              <tr>
                <th scope="row">{t('record.subject')}</th>
                <td className="mono">{report.bundle.subject}</td>
              </tr>
              <tr>
                <th scope="row">{t('recompute.asOf')}</th>
                <td>{format.date(report.bundle.asOf)}</td>
              </tr>
              <tr>
                <th scope="row">{t('recompute.statements')}</th>
                <td className="num">{t('recompute.provedOf', { proved: format.number(report.proved), all: format.number(report.bundle.statements.length) })}</td>
              </tr>
              <tr>
                <th scope="row">{t('recompute.card')}</th>
                <td>
                  <Digest value={report.cardDigest} />
                </td>
              </tr>
            </tbody>
          </table>
        </Section>
      )}
    </div>
  );
}
