import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '../../api/client';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { useDraft } from '../../ui/useDraft';

const MOST = 64 * 1024 * 1024;

/** A table of lots comes in; watched characteristics open their cases by themselves. */
export function ImportTable() {
  const { t } = useTranslation('causes');
  const queries = useQueryClient();
  const [line, setLine] = useDraft('causes/line', '');
  const [file, setFile] = useState<File | null>(null);
  const [columns, setColumns] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: async () => {
      const form = new FormData();
      if (file !== null) form.append('file', file);
      if (columns !== null) form.append('columns', columns);
      form.append('line', line);
      return take(api.POST('/v1/causes/tables', { body: form as never, bodySerializer: (body) => body as never }));
    },
    onSuccess: async () => {
      setFile(null);
      await queries.invalidateQueries({ queryKey: ['causes'] });
    },
  });
  return (
    <Section title={t('import.title')} help={t('import.help')}>
      <div className="stack tight">
        <label className="stack tight">
          <span className="small soft">{t('line')}</span>
          <Input value={line} onChange={(event) => setLine(event.target.value)} maxLength={200} placeholder={t('import.linePlaceholder')} />
        </label>
        <DropFile label={file?.name ?? t('import.drop')} hint={t('import.hint')} tooLarge={t('import.tooLarge')} most={MOST} accept=".csv,text/csv" onFile={setFile} />
        <div className="compact-drop">
          <DropFile label={columns?.name ?? t('import.columns')} hint={t('import.columnsHint')} tooLarge={t('import.tooLarge')} most={MOST} accept=".json,application/json" onFile={setColumns} />
        </div>
        <Button type="primary" disabled={file === null || line.trim() === ''} loading={send.isPending} onClick={() => send.mutate()}>
          {t('import.send')}
        </Button>
        {send.error !== null && <Failure error={send.error} />}
        {send.data !== undefined && (
          <div role="status" className="stack tight">
            <span>{t('import.done', { rows: send.data.table.rows })}</span>
            {send.data.opened.map((one) => (
              <Link key={one.id} to={`/causes/${one.id}`}>
                {t('import.opened', { column: one.column })}
              </Link>
            ))}
          </div>
        )}
      </div>
    </Section>
  );
}
