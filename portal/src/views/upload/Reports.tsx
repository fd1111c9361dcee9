import { Button, Progress } from 'antd';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../ui/Empty';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Tag } from '../../ui/Tag';
import { desk } from './desk';
import type { Upload } from './desk';
import { reportOf } from './report';

/** How far each upload is, and what became of each file. */
export function Reports({ uploads }: { readonly uploads: readonly Upload[] }) {
  const { t } = useTranslation('upload');
  return (
    <Section title={t('reports')} help={<p>{t('reportsHelp')}</p>}>
      {uploads.length === 0 && <Empty title={t('none')} hint={t('noneHint')} />}
      <ul className="reports" aria-live="polite">
        {uploads.map((upload) => (
          <li key={upload.key}>
            <Report upload={upload} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Report({ upload }: { readonly upload: Upload }) {
  const { t } = useTranslation('upload');
  const { job, progress, error } = upload;
  const title = t('batch', { count: upload.names.length, first: upload.names[0] ?? '' });
  const ended = job?.state === 'done' || job?.state === 'failed' || error != null;
  const report = reportOf(job?.report);
  return (
    <div className="stack tight">
      <div className="row apart">
        <strong>{title}</strong>
        {ended && (
          <Button size="small" type="text" onClick={() => desk.forget(upload.key)}>
            {t('dismiss')}
          </Button>
        )}
      </div>
      {progress !== null && (
        <>
          <Progress percent={Math.round(progress.sent * 100)} aria-label={title} />
          <span className="soft small">{progress.waiting ? t('waiting', { count: progress.tries }) : t('sending')}</span>
        </>
      )}
      {job !== null && !ended && (
        <>
          <Progress percent={job.total === 0 ? 0 : Math.round((job.done / job.total) * 100)} aria-label={title} />
          <span className="soft small">{t('reading', { done: job.done, total: job.total })}</span>
        </>
      )}
      {error != null && <Failure error={error} />}
      {job?.state === 'done' && (
        <span className="soft">{t('result', { added: report.added, known: report.known, refused: report.refused })}</span>
      )}
      {job?.state === 'failed' && <Tag mood="bad">{t('failed')}</Tag>}
      <ul className="files">
        {report.files
          .filter((file) => file.outcome === 'refused')
          .map((file) => (
            <li key={file.name} className="bad">
              <Tag mood="bad">{t('refused')}</Tag>
              <span className="files-name">
                <strong>{file.name}</strong>
                <span>{file.reason}</span>
                <span className="soft small">{file.advice}</span>
              </span>
            </li>
          ))}
      </ul>
    </div>
  );
}
