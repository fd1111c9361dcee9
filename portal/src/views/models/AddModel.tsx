import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { Section } from '../../ui/Section';
import { useDraft } from '../../ui/useDraft';
import { FromFile } from './FromFile';
import { FromRun } from './FromRun';
import { EMPTY, formOf, problemOf } from './intake';
import type { Intake } from './intake';
import { useRuns } from './queries';
import { Refusal } from './Refusal';
import './models.css';

/** A model comes in on trial: straight from a finished run, held against the chain, or as a weight file somebody brings. */
export function AddModel({ known }: { readonly known: readonly Schemas['ModelRow'][] }) {
  const { t } = useTranslation('models');
  const queries = useQueryClient();
  const [form, setForm, forget] = useDraft<Intake>('models/add', EMPTY);
  const [file, setFile] = useState<File | null>(null);
  const change = (part: Partial<Intake>): void => setForm({ ...form, ...part });
  const send = useMutation({
    mutationFn: () => take(api.POST('/v1/models', { body: formOf(form, file) as never, bodySerializer: (body) => body as never })),
    onSuccess: async () => {
      forget();
      setFile(null);
      await queries.invalidateQueries({ queryKey: ['models'] });
    },
  });
  const runs = useRuns().data;
  // Where there is no run to take it from, nothing more is asked.
  const ready = form.from === 'file' || (runs != null && runs.steward !== null && runs.runs.length > 0);
  const missing = problemOf(form, file !== null);
  return (
    <Section title={t('add.title')} help={<p>{t('add.help')}</p>}>
      <div className="choice">
        <Segmented<Intake['from']>
          aria-label={t('add.from')}
          value={form.from}
          onChange={(from) => change({ from })}
          options={[{ value: 'run', label: t('add.run') }, { value: 'file', label: t('add.file') }]}
        />
        {form.from === 'run' ? <FromRun form={form} known={known} onChange={change} /> : <FromFile form={form} file={file} onFile={setFile} onChange={change} />}
        {ready && (
          <>
            <label className="field">
              <span>{t('add.figures')}</span>
              <Input.TextArea rows={2} maxLength={2000} value={form.figures} placeholder={t('add.figuresPlaceholder')} onChange={(event) => change({ figures: event.target.value })} />
              <span className="soft small">{t('add.figuresHint')}</span>
            </label>
            <label className="field">
              <span>{t('add.lines')}</span>
              <Input maxLength={2000} value={form.lines} placeholder={t('add.linesPlaceholder')} onChange={(event) => change({ lines: event.target.value })} />
            </label>
            <Button type="primary" style={{ justifySelf: 'start' }} disabled={missing !== ''} loading={send.isPending} onClick={() => send.mutate()}>{t('add.send')}</Button>
            {missing !== '' && missing !== 'source' && <span className="error-text small" role="status">{t(`add.missing.${missing}`)}</span>}
          </>
        )}
        {send.error !== null && <Refusal error={send.error} />}
        {send.data !== undefined && (
          <div role="status">
            {t('add.done')} <Link to={`/models/${send.data.name}/${send.data.version}`}>{t('called', { name: send.data.name, version: send.data.version })}</Link>
          </div>
        )}
      </div>
    </Section>
  );
}
