import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { api, take } from '../../api/client';
import type { Schemas } from '../../api/client';
import { useMay } from '../../app/useSession';
import { useFormat } from '../../i18n/format';
import { DropFile } from '../../ui/DropFile';
import { Failure } from '../../ui/Failure';
import { Section } from '../../ui/Section';
import { Select } from '../../ui/Select';
import { Tag } from '../../ui/Tag';

const MOST = 64 * 1024 * 1024;
const MOODS = { 'as-predicted': 'good', weaker: 'watch', none: 'bad', worse: 'bad' } as const;

/** The real effect of a released correction beside the predicted one. */
export function Effect({ found }: { readonly found: Schemas['CauseDetail'] }) {
  const { t } = useTranslation(['cause', 'causes']);
  const format = useFormat();
  const queries = useQueryClient();
  const may = useMay('cases:write') && found.effect === null;
  const [table, setTable] = useState<string | null>(null);
  const tables = useQuery({ queryKey: ['causes', 'tables'], queryFn: () => take(api.GET('/v1/causes/tables', { params: { query: { limit: 500 } } })), enabled: may, meta: { keep: false } });
  const compare = useMutation({
    mutationFn: (name: string) => take(api.POST('/v1/causes/cases/{case}/effect', { params: { path: { case: found.id } }, body: { table: name } })),
    onSuccess: (detail) => queries.setQueryData(['causes', 'case', found.id], detail),
  });
  const told = found.effect as Readonly<Record<string, string | number>> | null;
  const outcome = String(told?.['outcome'] ?? 'none') as keyof typeof MOODS;
  const others = tables.data?.items.filter(({ name }) => name !== found.table) ?? [];
  const mine = tables.data?.items.find(({ name }) => name === found.table);
  const bring = useMutation({
    mutationFn: async (lots: File) => {
      const form = new FormData();
      form.append('file', lots);
      form.append('line', found.line);
      // The line is the same, so its columns mean the same as in the lots of the alarm.
      if (mine !== undefined) form.append('columns', new Blob([JSON.stringify({ format: 'credence-rca-columns/1', columns: mine.columns })], { type: 'application/json' }), 'columns.json');
      return take(api.POST('/v1/causes/tables', { body: form as never, bodySerializer: (body) => body as never }));
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: ['causes', 'tables'] });
      setTable(made.table.name);
    },
  });
  return (
    <Section title={t('effect.title')} help={t('effect.help')} extra={told !== null && <Tag mood={MOODS[outcome] ?? 'watch'}>{t(`effect.outcome.${outcome}`)}</Tag>}>
      {told !== null ? (
        <p style={{ margin: 0 }}>
          {t('effect.says', { measure: told['measure'] === 'yield' ? t('suggest.yield') : 'Cpk', before: format.number(told['before'], 2), predicted: format.number(told['predicted'], 2), low: format.number(told['low'], 2), high: format.number(told['high'], 2), observed: format.number(told['observed'], 2), lots: told['lots'] })}
        </p>
      ) : (
        <div className="stack tight">
          <p className="soft" style={{ margin: 0 }}>{t('effect.wait')}</p>
          {may && (
            <div className="row">
              <Select style={{ minWidth: 260 }} label={t('effect.table')} placeholder={t('effect.table')} value={table} onChange={setTable} options={others.map(({ name, file, rows, last }) => ({ value: name, label: `${file} · ${rows} · ${format.date(last)}` }))} />
              <Button type="primary" disabled={table === null} loading={compare.isPending} onClick={() => table !== null && compare.mutate(table)}>{t('effect.compare')}</Button>
            </div>
          )}
          {may && <div className="compact-drop"><DropFile label={t('effect.drop')} hint={t('effect.dropHint')} tooLarge={t('causes:import.tooLarge')} most={MOST} accept=".csv,text/csv" onFile={(lots) => bring.mutate(lots)} /></div>}
          {bring.error !== null && <Failure error={bring.error} />}
          {compare.error !== null && <Failure error={compare.error} />}
        </div>
      )}
    </Section>
  );
}
