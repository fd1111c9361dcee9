import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Button, Input, Segmented } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../i18n/format';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { save } from '../../ui/save';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Outcome } from './Outcome';
import { headingsOf, monthsBefore } from './read';
import '../causes/causes.css';
import './models.css';

const MOST = 64 * 1024 * 1024;
const MONTHS = 24;

/** A month's parts through the model: from a file that is not kept, or from the node's own process table. */
export function Assess({ model }: { readonly model: Schemas['ModelDetail'] }) {
  const { t } = useTranslation('models');
  const format = useFormat();
  const queries = useQueryClient();
  const [months] = useState(() => monthsBefore(new Date(), MONTHS));
  const [period, setPeriod] = useState(months[0] ?? '');
  const [from, setFrom] = useState<'table' | 'file'>('table');
  const [site, setSite] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const send = useMutation({
    mutationFn: () => {
      const form = new FormData();
      form.append('period', period);
      if (site !== '') form.append('site', site);
      if (from === 'file' && file !== null) form.append('file', file);
      else form.append('table', 'true');
      return take(api.POST('/v1/models/{name}/{version}/assess', { params: { path: { name: model.name, version: model.version } }, body: form as never, bodySerializer: (body) => body as never }));
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ['models'] }),
  });
  const wrongSite = site !== '' && !/^[A-Z0-9-]{1,20}$/.test(site);
  return (
    <Section title={t('assess.title')} help={<p>{t('assess.help')}</p>}>
      <div className="choice">
        <div className="row" style={{ alignItems: 'flex-start' }}>
          <label className="field">
            <span>{t('assess.month')}</span>
            <Select label={t('assess.month')} value={period} onChange={setPeriod} options={months.map((value) => ({ value, label: format.month(value) }))} style={{ width: 160 }} />
          </label>
          <label className="field">
            <span>{t('assess.site')}</span>
            <Input maxLength={20} value={site} placeholder={t('add.optional')} onChange={(event) => setSite(event.target.value.toUpperCase().trim())} style={{ width: 160 }} {...(wrongSite && { status: 'error' as const })} />
            {wrongSite && <span className="error-text small" role="status">{t('assess.wrongSite')}</span>}
          </label>
        </div>
        <Segmented<'table' | 'file'>
          aria-label={t('assess.from')}
          value={from}
          onChange={setFrom}
          options={[{ value: 'table', label: t('assess.table') }, { value: 'file', label: t('assess.file') }]}
        />
        {from === 'table' ? (
          <p className="soft small" style={{ margin: 0 }}>{t('assess.tableHint')}</p>
        ) : (
          <>
            <div className="compact-drop">
              <DropFile label={file?.name ?? t('assess.drop')} hint={t('assess.dropHint')} tooLarge={t('assess.tooLarge')} most={MOST} accept=".csv,text/csv" onFile={setFile} />
            </div>
            <Button type="link" style={{ justifySelf: 'start', paddingInline: 0 }} onClick={() => save(`${headingsOf(model.columns)}\n`, `${model.name}-${period}.csv`, 'text/csv;charset=utf-8')}>
              {t('assess.template')}
            </Button>
          </>
        )}
        <Button type="primary" style={{ justifySelf: 'start' }} disabled={period === '' || wrongSite || (from === 'file' && file === null)} loading={send.isPending} onClick={() => send.mutate()}>
          {t('assess.send')}
        </Button>
        {send.error !== null && <Failure error={send.error} />}
        {send.data !== undefined && <Outcome found={send.data} limits={model} />}
      </div>
    </Section>
  );
}
